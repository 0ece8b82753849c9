-- policy.db: what the administrator wrote, and every revision of it.
--
-- One row of `resource` for each Calico resource; every other table hangs on it and goes with it.
-- Lists keep their order in `position`, from 0. References between resources (the tier of a
-- policy, the profiles of an endpoint) go by name and may dangle here: Validate judges them, in
-- one place and with better words than a foreign key has.

CREATE TABLE revision (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  time   TEXT NOT NULL,  -- RFC 3339, UTC, microseconds
  author TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;

-- What a revision did to each resource; `before` and `after` are the resource as Calico JSON, so
-- that any earlier state can be rebuilt from here.
CREATE TABLE revision_change (
  id       INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL REFERENCES revision (number),
  kind     TEXT NOT NULL,
  name     TEXT NOT NULL,
  action   TEXT NOT NULL CHECK (action IN ('created', 'changed', 'deleted')),
  before   TEXT,
  after    TEXT,
  UNIQUE (revision, kind, name),
  CHECK ((before IS NULL) = (action = 'created')),
  CHECK ((after IS NULL) = (action = 'deleted'))
) STRICT;
CREATE INDEX revision_change_by_resource ON revision_change (kind, name, revision);

CREATE TABLE resource (
  id       INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL CHECK (kind IN (
             'HostEndpoint', 'WorkloadEndpoint', 'GlobalNetworkPolicy',
             'StagedGlobalNetworkPolicy', 'GlobalNetworkSet', 'Profile', 'Tier',
             'FelixConfiguration')),
  name     TEXT NOT NULL CHECK (name <> ''),
  revision INTEGER NOT NULL REFERENCES revision (number),  -- the last that changed it
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE label (
  resource INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (resource, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE annotation (
  resource INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (resource, key)
) STRICT, WITHOUT ROWID;

-- Endpoints.

CREATE TABLE host_endpoint (
  resource       INTEGER PRIMARY KEY REFERENCES resource (id) ON DELETE CASCADE,
  node           TEXT NOT NULL,
  interface_name TEXT NOT NULL  -- '*': every other interface; empty: bound by address
) STRICT;

CREATE TABLE host_endpoint_address (
  resource INTEGER NOT NULL REFERENCES host_endpoint (resource) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  address  TEXT NOT NULL,
  PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE workload_endpoint (
  resource       INTEGER PRIMARY KEY REFERENCES resource (id) ON DELETE CASCADE,
  node           TEXT NOT NULL,
  interface_name TEXT NOT NULL,
  mac            TEXT NOT NULL  -- empty: not given
) STRICT;

CREATE TABLE workload_endpoint_net (
  resource INTEGER NOT NULL REFERENCES workload_endpoint (resource) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  net      TEXT NOT NULL,
  PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

-- Sources beside its own addresses that a workload may use.
CREATE TABLE workload_endpoint_spoofed_net (
  resource INTEGER NOT NULL REFERENCES workload_endpoint (resource) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  net      TEXT NOT NULL,
  PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

-- Named ports and profiles of endpoints of both kinds.
CREATE TABLE endpoint_port (
  resource INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  name     TEXT NOT NULL,
  protocol INTEGER NOT NULL CHECK (protocol BETWEEN 0 AND 255),
  port     INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
  PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint_profile (
  resource INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  profile  TEXT NOT NULL,  -- a name
  PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

-- Profiles, network sets, tiers, settings.

CREATE TABLE profile_label (
  resource INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (resource, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE network_set_net (
  resource INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  net      TEXT NOT NULL,
  PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE tier (
  resource       INTEGER PRIMARY KEY REFERENCES resource (id) ON DELETE CASCADE,
  sort_order     REAL,  -- NULL sorts last
  default_action TEXT NOT NULL CHECK (default_action IN ('Deny', 'Pass'))
) STRICT;

CREATE TABLE setting (
  resource INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  name     TEXT NOT NULL,  -- as in FelixConfiguration: "failMode"
  value    TEXT NOT NULL,  -- as written
  PRIMARY KEY (resource, name)
) STRICT, WITHOUT ROWID;

-- Policies, enforced and staged, and rules of policies and profiles.

CREATE TABLE policy (
  resource           INTEGER PRIMARY KEY REFERENCES resource (id) ON DELETE CASCADE,
  staged_action      TEXT CHECK (staged_action IN ('Set', 'Delete', 'Learn', 'Ignore')),
  tier               TEXT NOT NULL,  -- a name
  sort_order         REAL,           -- NULL sorts last
  selector           TEXT NOT NULL,  -- empty selects every endpoint
  applies_to_ingress INTEGER NOT NULL CHECK (applies_to_ingress IN (0, 1)),
  applies_to_egress  INTEGER NOT NULL CHECK (applies_to_egress IN (0, 1)),
  apply_on_forward   INTEGER NOT NULL CHECK (apply_on_forward IN (0, 1)),
  pre_dnat           INTEGER NOT NULL CHECK (pre_dnat IN (0, 1)),
  do_not_track       INTEGER NOT NULL CHECK (do_not_track IN (0, 1))
) STRICT;

-- A rule that changes in any field is a new row with a new id; one that only moves keeps its id.
-- AUTOINCREMENT: no id is ever used again. Protocols by name ('TCP') or by number ('6'), as
-- written: by name, ICMP and ICMPv6 imply the IP version. An empty selector is "no selector".
CREATE TABLE rule (
  id                       INTEGER PRIMARY KEY AUTOINCREMENT,
  resource                 INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  direction                TEXT NOT NULL CHECK (direction IN ('ingress', 'egress')),
  position                 INTEGER NOT NULL CHECK (position >= 0),
  action                   TEXT NOT NULL CHECK (action IN ('Allow', 'Deny', 'Log', 'Pass')),
  ip_version               INTEGER CHECK (ip_version IN (4, 6)),
  protocol                 TEXT,
  not_protocol             TEXT,
  icmp_type                INTEGER CHECK (icmp_type BETWEEN 0 AND 255),
  icmp_code                INTEGER CHECK (icmp_code BETWEEN 0 AND 255),
  not_icmp_type            INTEGER CHECK (not_icmp_type BETWEEN 0 AND 255),
  not_icmp_code            INTEGER CHECK (not_icmp_code BETWEEN 0 AND 255),
  source_selector          TEXT NOT NULL,
  source_not_selector      TEXT NOT NULL,
  destination_selector     TEXT NOT NULL,
  destination_not_selector TEXT NOT NULL,
  UNIQUE (resource, direction, position),
  CHECK (icmp_code IS NULL OR icmp_type IS NOT NULL),
  CHECK (not_icmp_code IS NULL OR not_icmp_type IS NOT NULL)
) STRICT;

CREATE TABLE rule_annotation (
  rule  INTEGER NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (rule, key)
) STRICT, WITHOUT ROWID;

-- `negated`: of notNets, notPorts.
CREATE TABLE rule_net (
  rule     INTEGER NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
  side     TEXT NOT NULL CHECK (side IN ('source', 'destination')),
  negated  INTEGER NOT NULL CHECK (negated IN (0, 1)),
  position INTEGER NOT NULL CHECK (position >= 0),
  net      TEXT NOT NULL,
  PRIMARY KEY (rule, side, negated, position)
) STRICT, WITHOUT ROWID;

-- A range, both ends included, or the name of an endpoint's port.
CREATE TABLE rule_port (
  rule       INTEGER NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
  side       TEXT NOT NULL CHECK (side IN ('source', 'destination')),
  negated    INTEGER NOT NULL CHECK (negated IN (0, 1)),
  position   INTEGER NOT NULL CHECK (position >= 0),
  first_port INTEGER CHECK (first_port BETWEEN 0 AND 65535),
  last_port  INTEGER CHECK (last_port BETWEEN 0 AND 65535),
  name       TEXT,
  PRIMARY KEY (rule, side, negated, position),
  CHECK ((name IS NULL) = (first_port IS NOT NULL)),
  CHECK ((first_port IS NULL) = (last_port IS NULL))
) STRICT, WITHOUT ROWID;
