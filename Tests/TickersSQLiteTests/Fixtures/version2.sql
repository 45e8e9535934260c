PRAGMA user_version = 2;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE tickers (
    serial INTEGER PRIMARY KEY,
    random INTEGER NOT NULL,
    workflow INTEGER NOT NULL,
    function TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    options TEXT,
    limit_key TEXT,
    status TEXT NOT NULL,
    is_alone INTEGER NOT NULL,
    is_timed INTEGER NOT NULL,
    has_started INTEGER NOT NULL,
    is_retried_by_hand INTEGER NOT NULL,
    is_stopping INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    needed INTEGER NOT NULL,
    own_instant INTEGER,
    delay INTEGER NOT NULL,
    due INTEGER,
    ready INTEGER NOT NULL,
    created INTEGER NOT NULL,
    released INTEGER NOT NULL,
    first_started INTEGER,
    started INTEGER,
    ended INTEGER,
    expires INTEGER,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    logged INTEGER NOT NULL,
    reason TEXT,
    failure TEXT,
    progress TEXT,
    metadata TEXT,
    input_from TEXT,
    input BLOB,
    output BLOB
) STRICT;
INSERT INTO tickers VALUES(7372800000503808,-7541218347953203506,7372800000503808,'Done','default',1,NULL,NULL,'succeeded',1,0,1,0,0,0,0,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000001123457,NULL,1,1,4294967297,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503809,-4627371582388691390,7372800000503809,'Fails','default',1,NULL,NULL,'failed',0,0,1,0,0,0,0,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000001123457,NULL,1,1,4294967298,0,NULL,'{"attempts":1,"errorType":"Sold","function":"Fails","kind":"threw","message":"out","ticker":"01a3185c-507b-7001-bfc8-46100bfc1e42"}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503810,-7459160825568275665,7372800000503809,'Skipped','default',1,NULL,NULL,'skipped',0,0,0,0,0,0,1,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,1800000001123457,NULL,0,1,0,0,'parentFailed 01a3185c-507b-7001-bfc8-46100bfc1e42',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503811,-8938938845586000284,7372800000503809,'Cleanup','default',1,NULL,NULL,'scheduled',0,0,0,0,0,0,1,NULL,0,NULL,1800000001123457,1800000000123457,1800000001123457,NULL,NULL,NULL,NULL,0,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503812,-8087261286589007063,7372800000503812,'Running','default',1,NULL,NULL,'running',0,0,1,0,0,0,0,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,1,1,4294967299,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503813,-7441005742749404493,7372800000503812,'Waits','default',1,NULL,NULL,'waiting',0,0,0,0,0,0,1,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,NULL,NULL,0,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503814,-5047884839705221754,7372800000503814,'Later','default',1,NULL,NULL,'scheduled',1,1,0,0,0,0,0,NULL,3600000000,1800003600123457,1800003600123457,1800000000123457,1800000000123457,NULL,NULL,NULL,NULL,0,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE workflows (
    serial INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    ended INTEGER,
    options TEXT,
    deadline INTEGER,
    is_being_cancelled INTEGER NOT NULL,
    is_unsettled INTEGER NOT NULL,
    is_tied INTEGER NOT NULL,
    has_parents_elsewhere INTEGER NOT NULL,
    pins INTEGER NOT NULL,
    removable INTEGER
, occurrence TEXT) STRICT;
INSERT INTO workflows VALUES(7372800000503809,'sales',1800000000123457,NULL,NULL,NULL,0,0,0,0,0,NULL,NULL);
INSERT INTO workflows VALUES(7372800000503812,'night',1800000000123457,NULL,NULL,NULL,0,0,0,0,0,NULL,NULL);
CREATE TABLE edges (
    workflow INTEGER NOT NULL,
    child INTEGER NOT NULL,
    position INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    parent_workflow INTEGER,
    condition TEXT NOT NULL,
    on_parent_failure TEXT NOT NULL,
    added_by_attempt INTEGER,
    verdict TEXT NOT NULL,
    PRIMARY KEY (workflow, child, position)
) STRICT, WITHOUT ROWID;
INSERT INTO edges VALUES(7372800000503809,7372800000503810,0,7372800000503809,NULL,'onSuccess','byCondition',NULL,'never');
INSERT INTO edges VALUES(7372800000503809,7372800000503811,0,7372800000503809,NULL,'onFailure','byCondition',NULL,'run');
INSERT INTO edges VALUES(7372800000503812,7372800000503813,0,7372800000503812,NULL,'onSuccess','byCondition',NULL,'wait');
CREATE TABLE attempts (
    ticker INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER,
    outcome TEXT NOT NULL,
    failure TEXT,
    PRIMARY KEY (ticker, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE unique_keys (
    function TEXT NOT NULL,
    key TEXT NOT NULL,
    ticker INTEGER NOT NULL,
    ticker_random INTEGER NOT NULL,
    workflow INTEGER NOT NULL,
    workflow_random INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (function, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE paused_queues (queue TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO paused_queues VALUES('slow');
CREATE TABLE totals (status TEXT PRIMARY KEY, tickers INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO totals VALUES('failed',1);
INSERT INTO totals VALUES('running',1);
INSERT INTO totals VALUES('scheduled',2);
INSERT INTO totals VALUES('skipped',1);
INSERT INTO totals VALUES('succeeded',1);
INSERT INTO totals VALUES('waiting',1);
CREATE TABLE unfinished_adds (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE openings (count INTEGER NOT NULL) STRICT;
INSERT INTO openings VALUES(1);
CREATE TABLE recurrences (
    name TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    is_paused INTEGER NOT NULL,
    next INTEGER,
    last INTEGER,
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO recurrences VALUES('beat','every 60.0 seconds',0,1800000060000000,NULL,'{"createdAt":{"microseconds":1800000000123457},"cursor":{"created":0,"isPaused":false,"missed":0,"passedOver":[],"through":{"microseconds":1800000000123457},"untouched":{"microseconds":1800000000123458}},"declared":{"missed":{"skip":{}},"overlap":"allow","rule":{"every_us":60000000},"target":{"workflow":{"_0":"nightly"}}},"definition":{"missed":{"skip":{}},"overlap":"allow","rule":{"every_us":60000000},"target":{"workflow":{"_0":"nightly"}}},"idsAfter":7372800000503814,"name":"beat","next":{"microseconds":1800000060000000},"rare":[],"revision":0}');
CREATE INDEX tickers_due ON tickers(function, queue, priority, is_timed, ready)
    WHERE status IN ('scheduled', 'retrying');
CREATE INDEX tickers_running ON tickers(serial) WHERE status = 'running';
CREATE INDEX tickers_members ON tickers(workflow) WHERE workflow <> serial;
CREATE INDEX tickers_alone_ended ON tickers(ended) WHERE is_alone = 1 AND ended IS NOT NULL;
CREATE INDEX tickers_expiring ON tickers(expires) WHERE expires IS NOT NULL;
CREATE INDEX tickers_keyed ON tickers(limit_key) WHERE limit_key IS NOT NULL;
CREATE INDEX tickers_holding ON tickers(limit_key)
    WHERE limit_key IS NOT NULL AND has_started = 1 AND ended IS NULL;
CREATE INDEX workflows_removable ON workflows(removable) WHERE removable IS NOT NULL;
CREATE INDEX workflows_deadline ON workflows(deadline) WHERE deadline IS NOT NULL AND ended IS NULL;
CREATE INDEX workflows_unsettled ON workflows(serial) WHERE is_unsettled = 1;
CREATE INDEX edges_elsewhere ON edges(parent_workflow) WHERE parent_workflow IS NOT NULL;
CREATE INDEX unique_keys_until ON unique_keys(until) WHERE until IS NOT NULL;
CREATE VIEW ticker_overview AS SELECT
    printf('%08x-%04x-7%03x-%04x-%012x', t.serial >> 28, (t.serial >> 12) & 0xffff, t.serial & 0xfff, (t.random >> 48) & 0xffff, t.random & 0xffffffffffff) AS id,
    printf('%08x-%04x-7%03x-%04x-%012x', f.serial >> 28, (f.serial >> 12) & 0xffff, f.serial & 0xfff, (f.random >> 48) & 0xffff, f.random & 0xffffffffffff) AS workflow,
    coalesce(w.name, '') AS workflow_name,
    t.function,
    t.queue,
    iif(t.status IN ('scheduled', 'retrying') AND coalesce(t.due, 0) <= CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER),
        'pending', t.status) AS status,
    t.attempts || '/' || t.max_attempts AS attempts,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.created / 1000000.0, 'unixepoch') AS created,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.due / 1000000.0, 'unixepoch') AS due,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.started / 1000000.0, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.ended / 1000000.0, 'unixepoch') AS ended,
    t.reason,
    t.failure,
    CAST(t.input AS TEXT) AS input,
    CAST(t.output AS TEXT) AS output
FROM tickers t JOIN tickers f ON f.serial = t.workflow LEFT JOIN workflows w ON w.serial = t.workflow;
CREATE INDEX workflows_unfinished ON workflows(occurrence) WHERE ended IS NULL AND occurrence IS NOT NULL;
COMMIT;
