"""Finds the function that carries out a change. Knows which change is whose; knows no SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Connection

from seawall.records import (
    account_changes,
    attachment_changes,
    attachment_entries,
    conversation_changes,
    conversation_entries,
    entrance_changes,
    entrance_entries,
    entries,
    factor_changes,
    factor_entries,
    home_changes,
    import_changes,
    import_entries,
    key_changes,
    key_entries,
    library_changes,
    outside_changes,
    outside_entries,
    settling_changes,
    standing_entries,
    status_changes,
    truth_changes,
)
from seawall.records.entries import Change

T = TypeVar("T")

APPLIERS: Mapping[type[Change[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        entries.AddAccount: account_changes.add_account,
        entries.SetPassword: account_changes.set_password,
        entries.SetDisabled: account_changes.set_disabled,
        entries.SetStanding: account_changes.set_standing,
        entries.AddSession: account_changes.add_session,
        entries.EndSession: account_changes.end_session,
        entries.AddKey: account_changes.add_key,
        entries.RevokeKey: account_changes.revoke_key,
        key_entries.ChangeKey: key_changes.change_key,
        key_entries.NoteKeyUses: key_changes.note_key_uses,
        entrance_entries.AddInvite: entrance_changes.add_invite,
        entrance_entries.RevokeInvite: entrance_changes.revoke_invite,
        entrance_entries.AddRegistration: entrance_changes.add_registration,
        entrance_entries.AddMailedLink: entrance_changes.add_mailed_link,
        entrance_entries.ResetByLink: entrance_changes.reset_by_link,
        entrance_entries.Approve: entrance_changes.approve,
        entrance_entries.SetPreferences: entrance_changes.set_preferences,
        entrance_entries.DeleteAccount: entrance_changes.delete_account,
        entrance_entries.UseSession: entrance_changes.use_session,
        entrance_entries.EndOneSession: entrance_changes.end_one_session,
        entrance_entries.EndOtherSessions: entrance_changes.end_other_sessions,
        factor_entries.BeginAuthenticator: factor_changes.begin_authenticator,
        factor_entries.UseStep: factor_changes.use_step,
        factor_entries.RemoveAuthenticator: factor_changes.remove_authenticator,
        factor_entries.SetRecoveryCodes: factor_changes.set_recovery_codes,
        factor_entries.UseRecoveryCode: factor_changes.use_recovery_code,
        factor_entries.AddPasskey: factor_changes.add_passkey,
        factor_entries.UsePasskey: factor_changes.use_passkey,
        factor_entries.RenamePasskey: factor_changes.rename_passkey,
        factor_entries.RemovePasskey: factor_changes.remove_passkey,
        factor_entries.ResetFactors: factor_changes.reset_factors,
        outside_entries.LinkIdentity: outside_changes.link_identity,
        outside_entries.UnlinkIdentity: outside_changes.unlink_identity,
        standing_entries.UsePlace: home_changes.use_place,
        standing_entries.BeginFirstDay: home_changes.begin_first_day,
        standing_entries.ForgetHome: home_changes.forget_home,
        standing_entries.SetBudget: account_changes.set_budget,
        conversation_entries.BeginTurn: conversation_changes.begin_turn,
        conversation_entries.GrowAnswer: conversation_changes.grow_answer,
        conversation_entries.FinishAnswer: conversation_changes.finish_answer,
        conversation_entries.InterruptOpenAnswers: conversation_changes.interrupt_open_answers,
        conversation_entries.SettleConversation: settling_changes.settle_conversation,
        conversation_entries.DeleteConversation: settling_changes.delete_conversation,
        conversation_entries.RestoreConversation: settling_changes.restore_conversation,
        conversation_entries.SweepDeleted: settling_changes.sweep_deleted,
        attachment_entries.AddAttachment: attachment_changes.add_attachment,
        attachment_entries.DropAttachment: attachment_changes.drop_attachment,
        attachment_entries.SweepPending: attachment_changes.sweep_pending,
        import_entries.StageConversation: import_changes.stage_conversation,
        import_entries.StageMessages: import_changes.stage_messages,
        import_entries.StageAttachment: import_changes.stage_attachment,
        import_entries.ShowStaged: import_changes.show_staged,
        import_entries.DropStaged: import_changes.drop_staged,
        **library_changes.APPLIERS,
        **status_changes.APPLIERS,
        **truth_changes.APPLIERS,
        entries.AddUsage: conversation_changes.add_usage,
    }
)


def apply(connection: Connection, change: Change[T]) -> T:
    """Carries the change out inside the connection's transaction.

    Raises:
        RecordsConflict: it contradicts what is there; what it did so far is the caller's to roll back.
        sqlalchemy.exc.SQLAlchemyError: whatever the driver said.
    """
    return APPLIERS[type(change)](connection, change)
