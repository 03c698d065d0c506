-- The schema 0002 as it landed, with a few rows, in words that SQLite and PostgreSQL share (but for DOUBLE). Never edited again.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version (version_num) VALUES ('0002');

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
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    CONSTRAINT uq_accounts_email_folded UNIQUE (email_folded)
);
CREATE TABLE sessions (
    id_hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    created_s DOUBLE PRECISION NOT NULL,
    expires_s DOUBLE PRECISION NOT NULL,
    user_agent TEXT NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (id_hash),
    CONSTRAINT fk_sessions_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_sessions_account_id ON sessions (account_id);
CREATE TABLE keys (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    hint TEXT NOT NULL,
    created_s DOUBLE PRECISION NOT NULL,
    revoked_s DOUBLE PRECISION,
    front_end BOOLEAN DEFAULT FALSE NOT NULL,
    CONSTRAINT pk_keys PRIMARY KEY (id),
    CONSTRAINT uq_keys_secret_hash UNIQUE (secret_hash),
    CONSTRAINT fk_keys_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_keys_account_id ON keys (account_id);
CREATE TABLE conversations (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    title TEXT NOT NULL,
    model TEXT NOT NULL,
    created_s DOUBLE PRECISION NOT NULL,
    updated_s DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_conversations PRIMARY KEY (id),
    CONSTRAINT fk_conversations_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_conversations_account_id_updated_s_id ON conversations (account_id, updated_s, id);
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
    CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT uq_messages_conversation_id_position UNIQUE (conversation_id, position),
    CONSTRAINT fk_messages_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX ix_messages_open ON messages (id) WHERE status = 'streaming';
CREATE TABLE usage_counts (
    account_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    day TEXT NOT NULL,
    requests BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    engine_ms BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_usage_counts PRIMARY KEY (account_id, key_id, model, day),
    CONSTRAINT fk_usage_counts_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE homes (
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    first_used_s DOUBLE PRECISION NOT NULL,
    last_used_s DOUBLE PRECISION NOT NULL,
    settled_s DOUBLE PRECISION NOT NULL,
    days BIGINT NOT NULL,
    CONSTRAINT pk_homes PRIMARY KEY (account_id, name),
    CONSTRAINT fk_homes_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
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
    CONSTRAINT fk_budgets_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

INSERT INTO accounts VALUES ('account-ada', 'Ada@Example.org', 'ada@example.org', 'owner', '$argon2id$...', 1790000000.25, FALSE, TRUE, 1790000000.25);
INSERT INTO sessions VALUES ('session-here', 'account-ada', 1790000000.25, 1790000060.25, 'a browser');
INSERT INTO keys VALUES ('key-laptop', 'account-ada', 'laptop', 'hash-laptop', 'sw-12', 1790000000.25, NULL, FALSE);
INSERT INTO conversations VALUES ('conversation-tides', 'account-ada', 'On tides 🌊', 'smollm2-135m', 1790000000.25, 1790000005.5);
INSERT INTO messages VALUES ('message-1', 'conversation-tides', 0, 'user', 'When is high tide?', '', 'complete', '', 1790000000.25, 1790000000.25, 0, 0, 0, 0);
INSERT INTO messages VALUES ('answer-1', 'conversation-tides', 1, 'assistant', 'At noon.', 'It is spring.', 'complete', 'smollm2-135m', 1790000000.5, 1790000005.5, 12, 34, 5, 6);
INSERT INTO usage_counts VALUES ('account-ada', '', 'smollm2-135m', '2026-11-22', 1, 12, 5, 34, 1500);
INSERT INTO homes VALUES ('account-ada', 'net:0123456789abcdef01234567', 1790000000.25, 1790000005.5, 1790000000.25, 1);
INSERT INTO budgets VALUES ('account-ada', '', 100, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
