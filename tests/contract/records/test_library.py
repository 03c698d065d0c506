"""Folders, prompts and shares are their account's alone, bounded, and gone when they are to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from record_rows import NOW_S, a_conversation, a_turn, add_account, the_end_of
from seawall.records.conversation_entries import (
    ConversationsOf,
    DeleteConversation,
    RestoreConversation,
    SettleConversation,
)
from seawall.records.entries import SetDisabled
from seawall.records.library_entries import (
    AddFolder,
    AddPrompt,
    AddShare,
    DeleteFolder,
    DeletePrompt,
    FolderRow,
    FoldersOf,
    PromptRow,
    PromptsOf,
    RenameFolder,
    RevokeShare,
    SettlePrompt,
    SharedBy,
    ShareRow,
    SharesOf,
)
from seawall.records.port import Records, RecordsConflict


def a_folder(name: str, account: str = "ada") -> FolderRow:
    return FolderRow(f"folder-{name}", f"account-{account}", name, NOW_S)


def a_prompt(name: str, account: str = "ada") -> PromptRow:
    return PromptRow(f"prompt-{name}", f"account-{account}", name, "Say it in verse.", NOW_S, NOW_S)


def a_share(name: str = "link", account: str = "ada", leaf_id: str | None = None, most: int = 10) -> AddShare:
    return AddShare(f"share-{name}", f"account-{account}", "conversation-tides", leaf_id, NOW_S, most)


@pytest.fixture(autouse=True)
async def people(records: Records) -> None:
    await records.write(add_account("ada"))
    await records.write(add_account("bob"))


async def test_folders_are_made_renamed_and_listed_by_name(records: Records):
    for name in ("work", "home"):
        assert await records.write(AddFolder(a_folder(name), most=2))
    assert not await records.write(AddFolder(a_folder("more"), most=2))
    assert await records.write(AddFolder(a_folder("bobs", "bob"), most=2))

    renamed = await records.write(RenameFolder("account-ada", "folder-work", "sea"))

    assert renamed is not None
    assert renamed.name == "sea"
    assert [row.name for row in await records.read(FoldersOf("account-ada"))] == ["home", "sea"]
    assert await records.write(RenameFolder("account-bob", "folder-work", "mine")) is None


async def test_deleting_a_folder_leaves_its_conversations(records: Records):
    await records.write(AddFolder(a_folder("work"), most=2))
    await records.write(a_turn())
    await records.write(SettleConversation("account-ada", "conversation-tides", folder_id="folder-work"))

    assert not await records.write(DeleteFolder("account-bob", "folder-work"))
    (still,) = await records.read(ConversationsOf("account-ada", folder_id="folder-work"))
    assert still.folder_id == "folder-work"
    assert await records.write(DeleteFolder("account-ada", "folder-work"))

    (there,) = await records.read(ConversationsOf("account-ada"))
    assert there.folder_id is None
    assert not await records.write(DeleteFolder("account-ada", "folder-work"))


async def test_prompts_are_kept_changed_and_deleted_by_their_account_alone(records: Records):
    assert await records.write(AddPrompt(a_prompt("verse"), most=1))
    assert not await records.write(AddPrompt(a_prompt("more"), most=1))

    changed = await records.write(SettlePrompt("account-ada", "prompt-verse", None, "In prose.", NOW_S + 1))

    assert changed == PromptRow("prompt-verse", "account-ada", "verse", "In prose.", NOW_S, NOW_S + 1)
    assert await records.read(PromptsOf("account-ada")) == (changed,)
    assert await records.write(SettlePrompt("account-bob", "prompt-verse", "mine", None, NOW_S)) is None
    assert not await records.write(DeletePrompt("account-bob", "prompt-verse"))
    assert await records.write(DeletePrompt("account-ada", "prompt-verse"))
    assert await records.read(PromptsOf("account-ada")) == ()


async def test_a_share_shows_what_was_last_and_the_title_as_they_were(records: Records):
    turn = a_turn()
    await records.write(turn)
    await records.write(the_end_of(turn))

    share = await records.write(a_share())
    await records.write(SettleConversation("account-ada", "conversation-tides", title="Not for strangers"))

    assert share == ShareRow(
        "share-link", "account-ada", "conversation-tides", turn.answer.id, a_conversation().title, NOW_S
    )
    shared = await records.read(SharedBy("share-link"))
    assert shared is not None
    assert shared.share == share
    assert [message.text for message in shared.messages] == ["When is high tide?", "At noon."]
    assert await records.read(SharesOf("account-ada")) == (share,)
    assert await records.read(SharesOf("account-bob")) == ()


async def test_sharing_the_same_again_tells_the_same_link_and_more_than_may_be_none(records: Records):
    turn = a_turn()
    await records.write(turn)
    assert turn.message

    first = await records.write(a_share("one", most=1))
    assert await records.write(a_share("two", most=1)) == first
    assert await records.write(a_share("three", leaf_id=turn.message.id, most=1)) is None
    await records.write(RevokeShare("account-ada", "share-one", NOW_S))
    again = await records.write(a_share("four", most=1))

    assert again is not None
    assert again.id == "share-four"


async def test_sharing_the_same_with_its_files_is_the_same_link_and_shows_them(records: Records):
    await records.write(a_turn())
    first = await records.write(a_share("one"))
    assert first is not None
    assert not first.files

    again = await records.write(replace(a_share("two"), files=True))

    assert again == replace(first, files=True)
    assert await records.read(SharesOf("account-ada")) == (again,)
    assert (await records.write(a_share("three"))) == first


async def test_only_what_is_there_can_be_shared_and_by_its_owner(records: Records):
    await records.write(a_turn())
    await records.write(a_turn(conversation="other"))

    with pytest.raises(RecordsConflict) as refused:
        await records.write(a_share(account="bob"))
    assert refused.value.field == "conversation"
    with pytest.raises(RecordsConflict) as refused:
        await records.write(a_share(leaf_id="message-ada-other-0"))
    assert refused.value.field == "leaf"
    await records.write(DeleteConversation("account-ada", "conversation-tides", NOW_S))
    with pytest.raises(RecordsConflict) as refused:
        await records.write(a_share())
    assert refused.value.field == "conversation"


async def test_a_share_is_gone_once_revoked_and_by_its_owner_alone(records: Records):
    await records.write(a_turn())
    await records.write(a_share())

    assert not await records.write(RevokeShare("account-bob", "share-link", NOW_S))
    assert await records.read(SharedBy("share-link")) is not None
    assert await records.write(RevokeShare("account-ada", "share-link", NOW_S))
    assert not await records.write(RevokeShare("account-ada", "share-link", NOW_S))

    assert await records.read(SharedBy("share-link")) is None
    assert await records.read(SharesOf("account-ada")) == ()


async def test_a_share_is_closed_while_its_conversation_is_deleted_or_its_account_disabled(records: Records):
    await records.write(a_turn())
    await records.write(a_share())

    await records.write(DeleteConversation("account-ada", "conversation-tides", NOW_S))
    assert await records.read(SharedBy("share-link")) is None
    assert await records.read(SharesOf("account-ada")) == ()
    await records.write(RestoreConversation("account-ada", "conversation-tides"))
    assert await records.read(SharedBy("share-link")) is not None
    await records.write(SetDisabled("account-ada", disabled=True))
    assert await records.read(SharedBy("share-link")) is None
