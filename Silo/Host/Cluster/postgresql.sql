-- Tables of a fog on several silos, and the queries by which Orleans' ADO.NET providers use them. The providers fix the
-- names of the queries, of their parameters and of the columns they return; all else is the fog's.

CREATE TABLE OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);

-- Silos. The version grows with every change of a cluster's silos; a change that was decided over an older one fails.
CREATE TABLE fog_cluster (cluster text PRIMARY KEY, version int NOT NULL DEFAULT 0);

CREATE TABLE fog_silo
(
    cluster text NOT NULL REFERENCES fog_cluster,
    address text NOT NULL,
    port int NOT NULL,
    generation int NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    status int NOT NULL,
    gateway_port int NOT NULL,
    suspects text,
    started timestamptz NOT NULL,
    alive timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

-- Grain state, JSON (docs/architecture.md, "Two engines").
CREATE TABLE fog_state
(
    service text NOT NULL,
    grain text NOT NULL,
    n0 bigint NOT NULL,
    n1 bigint NOT NULL,
    key text NOT NULL,
    version int NOT NULL,
    state bytea,
    changed timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, grain, n0, n1, key)
);

CREATE TABLE fog_reminder
(
    service text NOT NULL,
    grain text NOT NULL,
    name text NOT NULL,
    hash int NOT NULL,
    start timestamptz NOT NULL,
    period_ms bigint NOT NULL,
    version int NOT NULL,
    PRIMARY KEY (service, grain, name)
);

CREATE INDEX fog_reminder_hash ON fog_reminder (service, hash);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

('InsertMembershipVersionKey', $$
    WITH added AS (INSERT INTO fog_cluster (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::int FROM added
$$),

('InsertMembershipKey', $$
    WITH counted AS
    (
        UPDATE fog_cluster c SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version
            AND NOT EXISTS (SELECT 1 FROM fog_silo s WHERE s.cluster = c.cluster AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster
    ),
    added AS
    (
        INSERT INTO fog_silo (cluster, address, port, generation, name, host, status, gateway_port, started, alive)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted
        RETURNING 1
    )
    SELECT count(*)::int FROM added
$$),

('UpdateMembershipKey', $$
    WITH counted AS
    (
        UPDATE fog_cluster c SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version
            AND EXISTS (SELECT 1 FROM fog_silo s WHERE s.cluster = c.cluster AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster
    ),
    changed AS
    (
        UPDATE fog_silo s SET status = @Status, suspects = @SuspectTimes, alive = @IAmAliveTime
        FROM counted
        WHERE s.cluster = counted.cluster AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING 1
    )
    SELECT count(*)::int FROM changed
$$),

('UpdateIAmAlivetimeKey', $$
    UPDATE fog_silo SET alive = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),

('MembershipReadRowKey', $$
    SELECT c.cluster AS DeploymentId, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host AS HostName, status AS Status,
        gateway_port AS ProxyPort, suspects AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime, c.version AS Version
    FROM fog_cluster c LEFT JOIN fog_silo s ON s.cluster = c.cluster AND address = @Address AND port = @Port AND generation = @Generation
    WHERE c.cluster = @DeploymentId
$$),

('MembershipReadAllKey', $$
    SELECT c.cluster AS DeploymentId, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host AS HostName, status AS Status,
        gateway_port AS ProxyPort, suspects AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime, c.version AS Version
    FROM fog_cluster c LEFT JOIN fog_silo s ON s.cluster = c.cluster
    WHERE c.cluster = @DeploymentId
$$),

('GatewaysQueryKey', $$
    SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
    FROM fog_silo WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0
$$),

-- 3: active.
('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM fog_silo WHERE cluster = @DeploymentId AND alive < @IAmAliveTime AND status <> 3
$$),

('DeleteMembershipTableEntriesKey', $$
    WITH gone AS (DELETE FROM fog_silo WHERE cluster = @DeploymentId)
    UPDATE fog_cluster SET version = version + 1 WHERE cluster = @DeploymentId
$$),

('ReadFromStorageKey', $$
    SELECT state AS PayloadBinary, version AS Version
    FROM fog_state
    WHERE service = @ServiceId AND grain = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND key = COALESCE(@GrainIdExtensionString::text, '')
$$),

-- No row is returned to whoever saw another version.
('WriteToStorageKey', $$
    WITH changed AS
    (
        UPDATE fog_state SET state = @PayloadBinary, version = version + 1, changed = now()
        WHERE service = @ServiceId AND grain = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND key = COALESCE(@GrainIdExtensionString::text, '')
            AND version = @GrainStateVersion::int
        RETURNING version
    ),
    added AS
    (
        INSERT INTO fog_state (service, grain, n0, n1, key, version, state)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, COALESCE(@GrainIdExtensionString::text, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion::int IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version
    )
    SELECT version AS NewGrainStateVersion FROM changed UNION ALL SELECT version FROM added
$$),

('ClearStorageKey', $$
    UPDATE fog_state SET state = NULL, version = version + 1, changed = now()
    WHERE service = @ServiceId AND grain = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND key = COALESCE(@GrainIdExtensionString::text, '')
        AND version = @GrainStateVersion::int
    RETURNING version AS NewGrainStateVersion
$$),

('DeleteStorageKey', $$
    DELETE FROM fog_state
    WHERE service = @ServiceId AND grain = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND key = COALESCE(@GrainIdExtensionString::text, '')
        AND version = @GrainStateVersion::int
    RETURNING version + 1 AS NewGrainStateVersion
$$),

('UpsertReminderRowKey', $$
    INSERT INTO fog_reminder AS r (service, grain, name, hash, start, period_ms, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
    ON CONFLICT (service, grain, name) DO UPDATE SET start = excluded.start, period_ms = excluded.period_ms, version = r.version + 1
    RETURNING version AS Version
$$),

('ReadReminderRowKey', $$
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
    FROM fog_reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
$$),

('ReadReminderRowsKey', $$
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
    FROM fog_reminder WHERE service = @ServiceId AND grain = @GrainId
$$),

('ReadRangeRows1Key', $$
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
    FROM fog_reminder WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash
$$),

-- The range that goes round.
('ReadRangeRows2Key', $$
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period_ms AS Period, version AS Version
    FROM fog_reminder WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)
$$),

('DeleteReminderRowKey', $$
    WITH gone AS (DELETE FROM fog_reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
    SELECT count(*)::int FROM gone
$$),

('DeleteReminderRowsKey', $$
    DELETE FROM fog_reminder WHERE service = @ServiceId
$$);
