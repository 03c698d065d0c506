-- The schema 0007 as it landed, with a few rows, in words that SQLite and PostgreSQL share (but for DOUBLE and BYTEA). Never edited again.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version (version_num) VALUES ('0007');

CREATE TABLE accounts (
	id TEXT NOT NULL,
	email TEXT NOT NULL,
	email_folded TEXT NOT NULL,
	role TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	disabled BOOLEAN NOT NULL,
	vouched BOOLEAN NOT NULL,
	first_day_s DOUBLE PRECISION,
	pending BOOLEAN NOT NULL,
	verified_s DOUBLE PRECISION,
	language TEXT NOT NULL,
	theme TEXT NOT NULL,
	terms_accepted TEXT NOT NULL,
	CONSTRAINT pk_accounts PRIMARY KEY (id),
	CONSTRAINT uq_accounts_email_folded UNIQUE (email_folded)
);
CREATE TABLE banners (
	id TEXT NOT NULL,
	text_en TEXT NOT NULL,
	text_zh TEXT NOT NULL,
	changed_s DOUBLE PRECISION NOT NULL,
	until_s DOUBLE PRECISION,
	CONSTRAINT pk_banners PRIMARY KEY (id)
);
CREATE TABLE component_days (
	component TEXT NOT NULL,
	day TEXT NOT NULL,
	operational_s DOUBLE PRECISION NOT NULL,
	degraded_s DOUBLE PRECISION NOT NULL,
	partial_s DOUBLE PRECISION NOT NULL,
	major_s DOUBLE PRECISION NOT NULL,
	maintenance_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_component_days PRIMARY KEY (component, day)
);
CREATE TABLE incidents (
	id TEXT NOT NULL,
	title_en TEXT NOT NULL,
	title_zh TEXT NOT NULL,
	status TEXT NOT NULL,
	impact TEXT NOT NULL,
	components TEXT NOT NULL,
	opened_s DOUBLE PRECISION NOT NULL,
	changed_s DOUBLE PRECISION NOT NULL,
	resolved_s DOUBLE PRECISION,
	cause TEXT NOT NULL,
	written BOOLEAN NOT NULL,
	published BOOLEAN NOT NULL,
	merged_into TEXT NOT NULL,
	CONSTRAINT pk_incidents PRIMARY KEY (id)
);
CREATE TABLE invites (
	id TEXT NOT NULL,
	secret_hash TEXT NOT NULL,
	email_folded TEXT NOT NULL,
	role TEXT NOT NULL,
	made_by TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	expires_s DOUBLE PRECISION NOT NULL,
	uses_left BIGINT NOT NULL,
	CONSTRAINT pk_invites PRIMARY KEY (id),
	CONSTRAINT uq_invites_secret_hash UNIQUE (secret_hash)
);
CREATE TABLE log_entries (
	position BIGINT NOT NULL,
	at_s DOUBLE PRECISION NOT NULL,
	kind TEXT NOT NULL,
	entry TEXT NOT NULL,
	leaf_hash TEXT NOT NULL,
	CONSTRAINT pk_log_entries PRIMARY KEY (position)
);
CREATE INDEX ix_log_entries_kind_position ON log_entries (kind, position);
CREATE TABLE maintenances (
	id TEXT NOT NULL,
	title_en TEXT NOT NULL,
	title_zh TEXT NOT NULL,
	text_en TEXT NOT NULL,
	text_zh TEXT NOT NULL,
	components TEXT NOT NULL,
	begins_s DOUBLE PRECISION NOT NULL,
	ends_s DOUBLE PRECISION NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	changed_s DOUBLE PRECISION NOT NULL,
	ended_s DOUBLE PRECISION,
	CONSTRAINT pk_maintenances PRIMARY KEY (id)
);
CREATE TABLE registrations (
	secret_hash TEXT NOT NULL,
	email TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	role TEXT NOT NULL,
	invite_id TEXT NOT NULL,
	language TEXT NOT NULL,
	terms_accepted TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	expires_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_registrations PRIMARY KEY (secret_hash)
);
CREATE INDEX ix_registrations_email ON registrations (email);
CREATE INDEX ix_registrations_expires_s ON registrations (expires_s);
CREATE TABLE subscribers (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	address TEXT NOT NULL,
	language TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	confirmed_s DOUBLE PRECISION,
	secret TEXT NOT NULL,
	failures BIGINT NOT NULL,
	CONSTRAINT pk_subscribers PRIMARY KEY (id),
	CONSTRAINT uq_subscribers_kind_address UNIQUE (kind, address)
);
CREATE TABLE tree_heads (
	size BIGINT NOT NULL,
	at_s DOUBLE PRECISION NOT NULL,
	note TEXT NOT NULL,
	CONSTRAINT pk_tree_heads PRIMARY KEY (size)
);
CREATE TABLE windows (
	number BIGINT NOT NULL,
	from_s DOUBLE PRECISION NOT NULL,
	to_s DOUBLE PRECISION NOT NULL,
	packed BYTEA NOT NULL,
	CONSTRAINT pk_windows PRIMARY KEY (number)
);
CREATE INDEX ix_windows_to_s ON windows (to_s);
CREATE TABLE authenticators (
	account_id TEXT NOT NULL,
	sealed_secret TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	confirmed_s DOUBLE PRECISION,
	last_step BIGINT NOT NULL,
	CONSTRAINT pk_authenticators PRIMARY KEY (account_id),
	CONSTRAINT fk_authenticators_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE budgets (
	account_id TEXT NOT NULL,
	key_id TEXT NOT NULL,
	requests_per_day DOUBLE PRECISION,
	requests_per_month DOUBLE PRECISION,
	tokens_per_day DOUBLE PRECISION,
	tokens_per_month DOUBLE PRECISION,
	engine_s_per_day DOUBLE PRECISION,
	engine_s_per_month DOUBLE PRECISION,
	money_per_day DOUBLE PRECISION,
	money_per_month DOUBLE PRECISION,
	CONSTRAINT pk_budgets PRIMARY KEY (account_id, key_id),
	CONSTRAINT fk_budgets_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE conversations (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	title TEXT NOT NULL,
	model TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	updated_s DOUBLE PRECISION NOT NULL,
	pinned BOOLEAN NOT NULL,
	archived_s DOUBLE PRECISION,
	deleted_s DOUBLE PRECISION,
	folder_id TEXT,
	instructions TEXT NOT NULL,
	sampling TEXT NOT NULL,
	leaf_id TEXT NOT NULL,
	CONSTRAINT pk_conversations PRIMARY KEY (id),
	CONSTRAINT fk_conversations_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_conversations_account_id_pinned_updated_s_id ON conversations (account_id, pinned, updated_s, id);
CREATE TABLE folders (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	name TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_folders PRIMARY KEY (id),
	CONSTRAINT fk_folders_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_folders_account_id ON folders (account_id);
CREATE TABLE homes (
	account_id TEXT NOT NULL,
	name TEXT NOT NULL,
	first_used_s DOUBLE PRECISION NOT NULL,
	last_used_s DOUBLE PRECISION NOT NULL,
	settled_s DOUBLE PRECISION NOT NULL,
	days BIGINT NOT NULL,
	CONSTRAINT pk_homes PRIMARY KEY (account_id, name),
	CONSTRAINT fk_homes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE incident_updates (
	id TEXT NOT NULL,
	incident_id TEXT NOT NULL,
	status TEXT NOT NULL,
	text_en TEXT NOT NULL,
	text_zh TEXT NOT NULL,
	at_s DOUBLE PRECISION NOT NULL,
	edited_s DOUBLE PRECISION,
	automatic BOOLEAN NOT NULL,
	CONSTRAINT pk_incident_updates PRIMARY KEY (id),
	CONSTRAINT fk_incident_updates_incident_id FOREIGN KEY(incident_id) REFERENCES incidents (id) ON DELETE CASCADE
);
CREATE INDEX ix_incident_updates_incident_id ON incident_updates (incident_id);
CREATE TABLE keys (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	name TEXT NOT NULL,
	secret_hash TEXT NOT NULL,
	hint TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	revoked_s DOUBLE PRECISION,
	front_end BOOLEAN NOT NULL,
	scopes TEXT NOT NULL,
	models TEXT NOT NULL,
	expires_s DOUBLE PRECISION,
	last_used_s DOUBLE PRECISION,
	CONSTRAINT pk_keys PRIMARY KEY (id),
	CONSTRAINT fk_keys_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
	CONSTRAINT uq_keys_secret_hash UNIQUE (secret_hash)
);
CREATE INDEX ix_keys_account_id ON keys (account_id);
CREATE TABLE mailed_links (
	secret_hash TEXT NOT NULL,
	account_id TEXT NOT NULL,
	purpose TEXT NOT NULL,
	email TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	expires_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_mailed_links PRIMARY KEY (secret_hash),
	CONSTRAINT fk_mailed_links_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_mailed_links_account_id ON mailed_links (account_id);
CREATE TABLE operator_names (
	number BIGINT NOT NULL,
	account_id TEXT,
	CONSTRAINT pk_operator_names PRIMARY KEY (number),
	CONSTRAINT uq_operator_names_account_id UNIQUE (account_id),
	CONSTRAINT fk_operator_names_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE TABLE outside_identities (
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	account_id TEXT NOT NULL,
	email TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_outside_identities PRIMARY KEY (issuer, subject),
	CONSTRAINT fk_outside_identities_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_outside_identities_account_id ON outside_identities (account_id);
CREATE TABLE passkeys (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	name TEXT NOT NULL,
	public_key TEXT NOT NULL,
	sign_count BIGINT NOT NULL,
	transports TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	last_used_s DOUBLE PRECISION,
	CONSTRAINT pk_passkeys PRIMARY KEY (id),
	CONSTRAINT fk_passkeys_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_passkeys_account_id ON passkeys (account_id);
CREATE TABLE prompts (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	title TEXT NOT NULL,
	text TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	updated_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_prompts PRIMARY KEY (id),
	CONSTRAINT fk_prompts_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_prompts_account_id ON prompts (account_id);
CREATE TABLE recovery_codes (
	account_id TEXT NOT NULL,
	code_hash TEXT NOT NULL,
	used_s DOUBLE PRECISION,
	CONSTRAINT pk_recovery_codes PRIMARY KEY (account_id, code_hash),
	CONSTRAINT fk_recovery_codes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE sessions (
	id_hash TEXT NOT NULL,
	account_id TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	expires_s DOUBLE PRECISION NOT NULL,
	user_agent TEXT NOT NULL,
	last_used_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_sessions PRIMARY KEY (id_hash),
	CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_sessions_account_id ON sessions (account_id);
CREATE TABLE usage_counts (
	account_id TEXT NOT NULL,
	key_id TEXT NOT NULL,
	model TEXT NOT NULL,
	day TEXT NOT NULL,
	requests BIGINT NOT NULL,
	prompt_tokens BIGINT NOT NULL,
	cached_tokens BIGINT NOT NULL,
	completion_tokens BIGINT NOT NULL,
	engine_ms BIGINT NOT NULL,
	CONSTRAINT pk_usage_counts PRIMARY KEY (account_id, key_id, model, day),
	CONSTRAINT fk_usage_counts_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE messages (
	id TEXT NOT NULL,
	conversation_id TEXT NOT NULL,
	position INTEGER NOT NULL,
	speaker TEXT NOT NULL,
	text TEXT NOT NULL,
	reasoning TEXT NOT NULL,
	status TEXT NOT NULL,
	model TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	finished_s DOUBLE PRECISION,
	prompt_tokens BIGINT NOT NULL,
	completion_tokens BIGINT NOT NULL,
	cached_tokens BIGINT NOT NULL,
	reasoning_tokens BIGINT NOT NULL,
	parent_id TEXT,
	finish TEXT NOT NULL,
	refusal TEXT NOT NULL,
	eased TEXT NOT NULL,
	first_token_s DOUBLE PRECISION,
	reasoned_s DOUBLE PRECISION,
	CONSTRAINT pk_messages PRIMARY KEY (id),
	CONSTRAINT uq_messages_conversation_id_position UNIQUE (conversation_id, position),
	CONSTRAINT fk_messages_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX ix_messages_open ON messages (id) WHERE status = 'streaming';
CREATE TABLE shares (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	conversation_id TEXT NOT NULL,
	leaf_id TEXT NOT NULL,
	title TEXT NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	revoked_s DOUBLE PRECISION,
	files BOOLEAN NOT NULL,
	CONSTRAINT pk_shares PRIMARY KEY (id),
	CONSTRAINT fk_shares_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
	CONSTRAINT fk_shares_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX ix_shares_account_id ON shares (account_id);
CREATE INDEX ix_shares_conversation_id ON shares (conversation_id);
CREATE TABLE attachments (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	message_id TEXT,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	text TEXT NOT NULL,
	data BYTEA NOT NULL,
	created_s DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_attachments PRIMARY KEY (id),
	CONSTRAINT fk_attachments_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
	CONSTRAINT fk_attachments_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE
);
CREATE INDEX ix_attachments_account_id ON attachments (account_id);
CREATE INDEX ix_attachments_message_id ON attachments (message_id);

INSERT INTO accounts (id, email, email_folded, role, password_hash, created_s, disabled, vouched, first_day_s, pending, language, theme, terms_accepted) VALUES ('account-ada', 'Ada@Example.org', 'ada@example.org', 'owner', '$argon2id$...', 1790000000.25, FALSE, TRUE, 1790000000.25, FALSE, '', '', '');
INSERT INTO sessions (id_hash, account_id, created_s, expires_s, user_agent, last_used_s) VALUES ('session-here', 'account-ada', 1790000000.25, 1790000060.25, 'a browser', 1790000000.25);
INSERT INTO keys (id, account_id, name, secret_hash, hint, created_s, revoked_s, front_end, scopes, models) VALUES ('key-laptop', 'account-ada', 'laptop', 'hash-laptop', 'sw-12', 1790000000.25, NULL, FALSE, '', '');
INSERT INTO conversations (id, account_id, title, model, created_s, updated_s, pinned, instructions, sampling, leaf_id) VALUES ('conversation-tides', 'account-ada', 'On tides 🌊', 'smollm2-135m', 1790000000.25, 1790000005.5, FALSE, '', '', 'answer-1');
INSERT INTO messages (id, conversation_id, position, speaker, text, reasoning, status, model, created_s, finished_s, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, finish, refusal, eased, parent_id) VALUES ('message-1', 'conversation-tides', 0, 'user', 'When is high tide?', '', 'complete', '', 1790000000.25, 1790000000.25, 0, 0, 0, 0, '', '', '', NULL);
INSERT INTO messages (id, conversation_id, position, speaker, text, reasoning, status, model, created_s, finished_s, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, finish, refusal, eased, parent_id) VALUES ('answer-1', 'conversation-tides', 1, 'assistant', 'At noon.', 'It is spring.', 'complete', 'smollm2-135m', 1790000000.5, 1790000005.5, 12, 34, 5, 6, '', '', '', 'message-1');
INSERT INTO usage_counts (account_id, key_id, model, day, requests, prompt_tokens, cached_tokens, completion_tokens, engine_ms) VALUES ('account-ada', '', 'smollm2-135m', '2026-11-22', 1, 12, 5, 34, 1500);
INSERT INTO homes (account_id, name, first_used_s, last_used_s, settled_s, days) VALUES ('account-ada', 'net:0123456789abcdef01234567', 1790000000.25, 1790000005.5, 1790000000.25, 1);
INSERT INTO budgets (account_id, key_id, requests_per_day, requests_per_month, tokens_per_day, tokens_per_month, engine_s_per_day, engine_s_per_month, money_per_day, money_per_month) VALUES ('account-ada', '', 100, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO log_entries (position, at_s, kind, entry, leaf_hash) VALUES (0, 1790000000.25, 'log-opened', '{}', 'hash-0');
INSERT INTO tree_heads (size, at_s, note) VALUES (1, 1790000000.25, 'a signed note');
INSERT INTO operator_names (number, account_id) VALUES (1, 'account-ada');
INSERT INTO incidents (id, title_en, title_zh, status, impact, components, opened_s, changed_s, resolved_s, cause, written, published, merged_into) VALUES ('incident-1', 'The model did not answer', '模型没有响应', 'resolved', 'critical', 'chat api models', 1790000000.25, 1790000600.5, 1790000600.5, 'models', FALSE, TRUE, '');
INSERT INTO incident_updates (id, incident_id, status, text_en, text_zh, at_s, edited_s, automatic) VALUES ('update-1', 'incident-1', 'resolved', 'It answers again.', '已恢复。', 1790000600.5, NULL, TRUE);
INSERT INTO maintenances (id, title_en, title_zh, text_en, text_zh, components, begins_s, ends_s, created_s, changed_s, ended_s) VALUES ('maintenance-1', 'New disks', '更换硬盘', 'Ten minutes.', '十分钟。', 'chat', 1790003600.25, 1790004200.25, 1790000000.25, 1790000000.25, NULL);
INSERT INTO banners (id, text_en, text_zh, changed_s, until_s) VALUES ('service', 'New disks tonight', '今晚更换硬盘', 1790000000.25, NULL);
INSERT INTO subscribers (id, kind, address, language, created_s, confirmed_s, secret, failures) VALUES ('subscriber-1', 'webhook', 'https://example.org/hook', 'en', 1790000000.25, 1790000001.5, 'whsec', 0);
INSERT INTO component_days (component, day, operational_s, degraded_s, partial_s, major_s, maintenance_s) VALUES ('chat', '2026-09-21', 86000.5, 0, 0, 399.5, 0);
INSERT INTO shares (id, account_id, conversation_id, leaf_id, title, created_s, revoked_s, files) VALUES ('share-1', 'account-ada', 'conversation-tides', 'answer-1', 'On tides', 1790000000.25, NULL, TRUE);
