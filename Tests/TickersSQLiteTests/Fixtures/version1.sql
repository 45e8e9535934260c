PRAGMA user_version = 1;
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
INSERT INTO tickers VALUES(7372800000503808,-7995527694508729151,7372800000503808,'Later','mail',1,'{"tags":["night"],"unique":{"held":{"untilEnded":{}},"key":"later:1","onConflict":"returnExisting"}}',NULL,'scheduled',1,1,0,0,0,0,0,NULL,3600000000,1800003600123457,1800003600123457,1800000000123457,1800000000123457,NULL,NULL,NULL,NULL,0,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503809,-4689498862643123097,7372800000503809,'Extract','default',1,NULL,NULL,'succeeded',0,0,1,0,0,0,0,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,NULL,1,1,4294967297,0,NULL,NULL,NULL,NULL,NULL,NULL,X'22726f777322');
INSERT INTO tickers VALUES(7372800000503810,-5146590801854048930,7372800000503809,'Users','default',1,NULL,NULL,'succeeded',0,0,1,0,0,0,1,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,NULL,1,1,4294967298,0,NULL,NULL,NULL,NULL,NULL,NULL,X'22757365727322');
INSERT INTO tickers VALUES(7372800000503811,-5638077301460383477,7372800000503809,'Sales','default',1,NULL,NULL,'scheduled',0,0,0,0,0,0,1,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,NULL,NULL,0,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503812,-5639820818155194951,7372800000503809,'Load','default',1,NULL,NULL,'waiting',0,0,0,0,0,0,2,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,NULL,NULL,0,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503813,-8985512489272409472,7372800000503809,'Alarm','default',1,NULL,NULL,'waiting',0,0,0,0,0,0,1,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,NULL,NULL,0,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503814,-6874203403993072475,7372800000503814,'Retry','default',1,'{"limitKey":{"key":"customer:1","maxConcurrent":1},"retry":{"backoff":{"fixed":{"_0":[0,5000000000000000000]}},"maxAttempts":3}}','customer:1','retrying',1,1,1,0,0,0,0,NULL,0,1800000005123457,1800000005123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,1,3,4294967299,1,NULL,'{"attempts":1,"errorType":"","function":"Retry","kind":"threw","message":"Retry broke","ticker":"01a3185c-507b-7006-a099-ec6cd7363ca5"}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503815,-8797857673641491083,7372800000503815,'Broken','default',1,NULL,NULL,'failed',1,0,1,0,0,0,0,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,NULL,1,1,4294967300,0,NULL,'{"attempts":1,"errorType":"","function":"Broken","kind":"threw","message":"Broken broke","ticker":"01a3185c-507b-7007-85e7-bb0f12278575"}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO tickers VALUES(7372800000503816,-8568352423389807192,7372800000503816,'Running','default',1,'{"expiry":{"at":{"_0":{"microseconds":1800000100123457}}},"timeout":[0,5000000000000000000]}',NULL,'running',1,0,1,0,0,0,0,NULL,0,NULL,1800000000123457,1800000000123457,1800000000123457,1800000000123457,1800000000123457,NULL,NULL,1,1,4294967301,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
) STRICT;
INSERT INTO workflows VALUES(7372800000503809,'',1800000000123457,NULL,'{"deadline":{"after":{"_0":[4683,13897502818169782272]}},"onFailure":"cancelUnstarted","unique":{"held":{"untilEnded":{}},"key":"etl","onConflict":"returnExisting"}}',1800086400123457,0,0,0,0,0,NULL);
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
INSERT INTO edges VALUES(7372800000503809,7372800000503810,0,7372800000503809,NULL,'onSuccess','byCondition',NULL,'run');
INSERT INTO edges VALUES(7372800000503809,7372800000503811,0,7372800000503809,NULL,'onSuccess','byCondition',NULL,'run');
INSERT INTO edges VALUES(7372800000503809,7372800000503812,0,7372800000503810,NULL,'onSuccess','byCondition',NULL,'run');
INSERT INTO edges VALUES(7372800000503809,7372800000503812,1,7372800000503811,NULL,'onSuccess','byCondition',NULL,'wait');
INSERT INTO edges VALUES(7372800000503809,7372800000503813,0,7372800000503812,NULL,'onFailure','byCondition',NULL,'wait');
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
INSERT INTO attempts VALUES(7372800000503814,0,4294967299,1,1800000000123457,1800000000123457,'failed','{"attempts":1,"errorType":"","function":"Retry","kind":"threw","message":"Retry broke","ticker":"01a3185c-507b-7006-a099-ec6cd7363ca5"}');
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
INSERT INTO unique_keys VALUES('','etl',7372800000503809,-4689498862643123097,7372800000503809,-4689498862643123097,NULL);
INSERT INTO unique_keys VALUES('Later','later:1',7372800000503808,-7995527694508729151,7372800000503808,-7995527694508729151,NULL);
CREATE TABLE paused_queues (queue TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO paused_queues VALUES('slow');
CREATE TABLE totals (status TEXT PRIMARY KEY, tickers INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO totals VALUES('failed',1);
INSERT INTO totals VALUES('running',1);
INSERT INTO totals VALUES('scheduled',3);
INSERT INTO totals VALUES('succeeded',2);
INSERT INTO totals VALUES('waiting',2);
CREATE TABLE unfinished_adds (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE openings (count INTEGER NOT NULL) STRICT;
INSERT INTO openings VALUES(1);
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
    t.failure ->> '$.message' AS failure,
    CAST(t.input AS TEXT) AS input,
    CAST(t.output AS TEXT) AS output
FROM tickers t JOIN tickers f ON f.serial = t.workflow LEFT JOIN workflows w ON w.serial = t.workflow;
COMMIT;
