using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

/// <summary>One line per mistake: what stands under spec, and the error.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("priority: high", "6:13: spec.priority 'high' must be a whole number without quotes, as in 100")]
    [InlineData("priority: \"7\"", "6:13: spec.priority '7' must be a whole number without quotes, as in 100")]
    [InlineData("priority: 1000001", "6:13: spec.priority '1000001' is outside the range -1000000 to 1000000")]
    [InlineData(
        "priority: 99999999999999999999",
        "6:13: spec.priority '99999999999999999999' is outside the range -1000000 to 1000000"
    )]
    [InlineData("priority: 010", "6:13: spec.priority '010' must be a whole number without quotes, as in 100")]
    [InlineData("priority: [1]", "6:13: spec.priority must be a single value")]
    [InlineData("priority:", "6:12: spec.priority is empty; give it a value or leave it out")]
    [InlineData("priority: 1\npriority: 2", "7:3: key 'priority' is repeated; it was given in line 6")]
    [InlineData("hosts: web", "6:10: spec.hosts must be a mapping")]
    [InlineData("host: {}", "6:3: unknown key 'host' in spec; did you mean 'hosts'?")]
    [InlineData(
        "frobnicate: {}",
        "6:3: unknown key 'frobnicate' in spec; known are hosts, scope, connections, priority, mode, share, "
            + "measure, until, audit, tuning"
    )]
    [InlineData("hosts: { label: {} }", "6:12: unknown key 'label' in spec.hosts; did you mean 'labels'?")]
    [InlineData(
        "hosts: { labels: { -x: a } }",
        "6:22: '-x' is not a valid label; use at most 256 letters, digits and inner . _ - /"
    )]
    [InlineData("hosts: { labels: { x: [a] } }", "6:25: a label's value must be one line of at most 256 characters")]
    [InlineData("hosts: { labels: { x: } }", "6:25: a label's value must be one line of at most 256 characters")]
    [InlineData(
        "hosts: { labels: { x: \"a\\nb\" } }",
        "6:25: a label's value must be one line of at most 256 characters"
    )]
    [InlineData("hosts: { labels: { x: a, x: b } }", "6:28: key 'x' is repeated; it was given in line 6")]
    [InlineData("hosts: { expressions: [ x ] }", "6:27: an expression must be a mapping with key, operator and values")]
    [InlineData(
        "hosts: { expressions: [ { key: x, operator: in, values: [a] } ] }",
        "6:47: unknown operator 'in'; operators are In, NotIn, Exists, DoesNotExist; did you mean 'In'?"
    )]
    [InlineData(
        "hosts: { expressions: [ { key: x, operator: 1 } ] }",
        "6:47: unknown operator '1'; operators are In, NotIn, Exists, DoesNotExist"
    )]
    [InlineData(
        "hosts: { expressions: [ { key: x, operator: In } ] }",
        "6:27: operator In needs at least one entry in values"
    )]
    [InlineData(
        "hosts: { expressions: [ { key: x, operator: NotIn, values: [] } ] }",
        "6:62: operator NotIn needs at least one entry in values"
    )]
    [InlineData(
        "hosts: { expressions: [ { key: x, operator: Exists, values: [a] } ] }",
        "6:63: operator Exists takes no values"
    )]
    [InlineData("hosts: { expressions: [ { operator: Exists } ] }", "6:27: spec.hosts.expressions.key is missing")]
    [InlineData(
        "hosts: { kernel: \"5.10\" }",
        "6:20: spec.hosts.kernel '5.10' has '5.10', which is not a valid comparison; write one of >= > <= < = and a "
            + "version, as in >=5.10"
    )]
    [InlineData(
        "hosts: { kernel: \"=>5.10\" }",
        "6:20: spec.hosts.kernel '=>5.10' has '=>5.10', which is not a valid comparison; write one of >= > <= < = and "
            + "a version, as in >=5.10"
    )]
    [InlineData(
        "hosts: { kernel: \">=5.10.1.2\" }",
        "6:20: spec.hosts.kernel '>=5.10.1.2' has '>=5.10.1.2', which is not a valid comparison; write one of >= > <= "
            + "< = and a version, as in >=5.10"
    )]
    [InlineData(
        "hosts: { kernel: \" \" }",
        "6:20: spec.hosts.kernel ' ' must have 1 to 8 comparisons, as in \">=5.10 <7.0\""
    )]
    [InlineData("scope: /x", "6:10: spec.scope must be a mapping")]
    [InlineData(
        "scope: { cgroup: system.slice }",
        "6:20: spec.scope.cgroup 'system.slice' must be absolute below the cgroup v2 mount, as in /system.slice"
    )]
    [InlineData("scope: { cgroup: /a/../b }", "6:20: spec.scope.cgroup '/a/../b' has a part '..'; write the path out")]
    [InlineData("scope: { cgroup: /a/./b }", "6:20: spec.scope.cgroup '/a/./b' has a part '.'; write the path out")]
    [InlineData(
        "scope: { cgroup: /a/ }",
        "6:20: spec.scope.cgroup '/a/' has an empty part; write single slashes and none at the end"
    )]
    [InlineData(
        "scope: { cgroup: //a }",
        "6:20: spec.scope.cgroup '//a' has an empty part; write single slashes and none at the end"
    )]
    [InlineData(
        "scope: { cgroup: \"/a\\0b\" }",
        "6:20: spec.scope.cgroup '/a\\u0000b' has characters that cannot be printed"
    )]
    [InlineData("scope: { interfaces: eth0 }", "6:24: spec.scope.interfaces must be a list")]
    [InlineData(
        "scope: { interfaces: [] }",
        "6:24: interfaces is an empty list; name at least one interface, or leave the key out for none"
    )]
    [InlineData("scope: { interfaces: [[eth0]] }", "6:25: an interface must be a single value")]
    [InlineData(
        "scope: { interfaces: [a/b] }",
        "6:25: 'a/b' is not a valid interface name; use 1 to 15 characters without blanks, slashes and colons, "
            + "with * at the end for all names that begin so"
    )]
    [InlineData(
        "scope: { interfaces: [e*0] }",
        "6:25: 'e*0' is not a valid interface name; use 1 to 15 characters without blanks, slashes and colons, "
            + "with * at the end for all names that begin so"
    )]
    [InlineData(
        "scope: { interfaces: [abcdefghijklmnop] }",
        "6:25: 'abcdefghijklmnop' is not a valid interface name; use 1 to 15 characters without blanks, slashes "
            + "and colons, with * at the end for all names that begin so"
    )]
    [InlineData("scope: { interfaces: [eth0, eth0] }", "6:31: interface 'eth0' is repeated")]
    [InlineData(
        "connections: []",
        "6:16: connections is an empty list; name at least one connection, or leave the key out for all"
    )]
    [InlineData("connections: {}", "6:16: spec.connections must be a list")]
    [InlineData(
        "connections: [ 10.0.0.0/8 ]",
        "6:18: an entry of spec.connections must be a mapping with peers, ports, users, interfaces and "
            + "direction, each optional"
    )]
    [InlineData(
        "connections: [ { peer: [::1] } ]",
        "6:20: unknown key 'peer' in spec.connections; did you mean 'peers'?"
    )]
    [InlineData(
        "connections: [ { peers: [] } ]",
        "6:27: peers is an empty list; name at least one peer, or leave the key out for all"
    )]
    [InlineData("connections: [ { peers: 10.0.0.0/8 } ]", "6:27: spec.connections.peers must be a list")]
    [InlineData("connections: [ { peers: [[a]] } ]", "6:28: a peer must be a single value")]
    [InlineData(
        "connections: [ { peers: [10.0.0.0/33] } ]",
        "6:28: '10.0.0.0/33' is not a valid peer: '/33' is not a prefix length from 0 to 32"
    )]
    [InlineData("connections: [ { peers: [10.1] } ]", "6:28: '10.1' is not a valid peer: '10.1' is not an IP address")]
    [InlineData(
        "connections: [ { peers: [010.0.0.1] } ]",
        "6:28: '010.0.0.1' is not a valid peer: write addresses without leading zeros, brackets and ports"
    )]
    [InlineData(
        "connections: [ { peers: [\"[fd00::1]:443\"] } ]",
        "6:28: '[fd00::1]:443' is not a valid peer: write addresses without leading zeros, brackets and ports"
    )]
    [InlineData(
        "connections: [ { peers: [\"fe80::1%eth0\"] } ]",
        "6:28: 'fe80::1%eth0' is not a valid peer: 'fe80::1%eth0' is not an IP address"
    )]
    [InlineData(
        "connections: [ { peers: [example.org] } ]",
        "6:28: 'example.org' is not a valid peer: 'example.org' is not an IP address"
    )]
    [InlineData("connections: [ { ports: [65536] } ]", "6:28: '65536' is out of bounds; ports are 1 to 65535")]
    [InlineData("connections: [ { ports: [9-8] } ]", "6:28: '9-8' is reversed; write 8-9")]
    [InlineData(
        "connections: [ { ports: [https] } ]",
        "6:28: 'https' is not a valid port; write a number from 1 to 65535 or a range such as 8000-8999"
    )]
    [InlineData(
        "connections: [ { ports: [-1] } ]",
        "6:28: '-1' is not a valid port; write a number from 1 to 65535 or a range such as 8000-8999"
    )]
    [InlineData(
        "connections: [ { ports: [] } ]",
        "6:27: ports is an empty list; name at least one port, or leave the key out for all"
    )]
    [InlineData(
        "connections: [ { users: [] } ]",
        "6:27: users is an empty list; name at least one user, or leave the key out for all"
    )]
    [InlineData(
        "connections: [ { users: [ root, -1 ] } ]",
        "6:35: '-1' is not a valid user; write a name, or a number from 0 to 4294967294"
    )]
    [InlineData(
        "connections: [ { users: [ 4294967295 ] } ]",
        "6:29: '4294967295' is not a valid user; write a name, or a number from 0 to 4294967294"
    )]
    [InlineData(
        "connections: [ { interfaces: [] } ]",
        "6:32: interfaces is an empty list; name at least one interface, or leave the key out for all"
    )]
    [InlineData(
        "connections: [ { interfaces: [ eth0/1 ] } ]",
        "6:34: 'eth0/1' is not a valid interface name; use 1 to 15 characters without blanks, slashes and "
            + "colons, with * at the end for all names that begin so"
    )]
    [InlineData(
        "connections: [ { user: [ root ] } ]",
        "6:20: unknown key 'user' in spec.connections; did you mean 'users'?"
    )]
    [InlineData(
        "connections: [ { direction: outgoing } ]",
        "6:31: unknown direction 'outgoing'; directions are outbound, inbound, both"
    )]
    [InlineData(
        "connections: [ { direction: outbond } ]",
        "6:31: unknown direction 'outbond'; directions are outbound, inbound, both; did you mean 'outbound'?"
    )]
    [InlineData("? [a]\n: b", "6:5: a key must be a word")]
    [InlineData("priority: !!int 3", "6:13: tags are not allowed")]
    public void UnderSpec(string spec, string expected) =>
        OnlyError(World.Yaml("a", spec)).ShouldBe("p.yaml:" + expected);

    [Theory]
    [InlineData("{}", "6:11: spec.tuning names no feature")]
    [InlineData("", "6:10: spec.tuning is empty")]
    [InlineData("[]", "6:11: spec.tuning must be a mapping")]
    [InlineData(
        "{ Initial-Cwnd: {} }",
        "6:13: 'Initial-Cwnd' is not a valid feature name; names are lower case words joined by hyphens, at most 31 "
            + "characters; did you mean 'initial-cwnd'?"
    )]
    [InlineData("{ initial-cwnd: 40 }", "6:27: spec.tuning.initial-cwnd must be a mapping of parameters, as in {}")]
    [InlineData("{ initial-cwnd: {} }", "6:27: spec.tuning.initial-cwnd.segments is missing")]
    [InlineData("{ initial-cwnd: { segments: } }", "6:39: spec.tuning.initial-cwnd.segments is empty")]
    [InlineData(
        "{ initial-cwnd: { segments: 1, segment: 2 } }",
        "6:42: unknown key 'segment' in spec.tuning.initial-cwnd; did you mean 'segments'?"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: 0 } }",
        "6:39: spec.tuning.initial-cwnd.segments '0' is outside the range 1 to 1000"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: -5 } }",
        "6:39: spec.tuning.initial-cwnd.segments '-5' is outside the range 1 to 1000"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: 99999999999999999999 } }",
        "6:39: spec.tuning.initial-cwnd.segments '99999999999999999999' is too large; allowed are 1 to 1000"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: 40B } }",
        "6:39: spec.tuning.initial-cwnd.segments '40B' must be a whole number without a unit, as in 40"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: \"40\" } }",
        "6:39: spec.tuning.initial-cwnd.segments '40' must be a whole number without quotes"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: 0x10 } }",
        "6:39: spec.tuning.initial-cwnd.segments '0x10' must be a whole number without a unit, as in 40"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: 010 } }",
        "6:39: spec.tuning.initial-cwnd.segments '010' has a leading zero; write 10"
    )]
    [InlineData(
        "{ initial-cwnd: { segments: many } }",
        "6:39: spec.tuning.initial-cwnd.segments 'many' must be a whole number, as in 40"
    )]
    [InlineData(
        "{ receive-window: { clamp: 4194304 } }",
        "6:38: spec.tuning.receive-window.clamp '4194304' has no unit; write 4194304B"
    )]
    [InlineData(
        "{ receive-window: { clamp: 4mib } }",
        "6:38: spec.tuning.receive-window.clamp '4mib' has an unknown unit; did you mean 4MiB?"
    )]
    [InlineData(
        "{ receive-window: { clamp: 4 MiB } }",
        "6:38: spec.tuning.receive-window.clamp '4 MiB' has a space before its unit; write 4MiB"
    )]
    [InlineData(
        "{ receive-window: { clamp: 1.5MiB } }",
        "6:38: spec.tuning.receive-window.clamp '1.5MiB' is not a whole number; write 1536KiB"
    )]
    [InlineData(
        "{ receive-window: { clamp: 2GiB } }",
        "6:38: spec.tuning.receive-window.clamp '2GiB' is outside the range 1KiB to 1GiB"
    )]
    [InlineData(
        "{ receive-window: { clamp: 9999999999999GiB } }",
        "6:38: spec.tuning.receive-window.clamp '9999999999999GiB' is too large; allowed are 1KiB to 1GiB"
    )]
    [InlineData(
        "{ receive-window: { initial: 2MiB, clamp: 1MiB } }",
        "6:29: spec.tuning.receive-window: initial is above clamp"
    )]
    [InlineData(
        "{ pacing: { delay: 1m } }",
        "6:30: spec.tuning.pacing.delay '1m' has an unknown unit; did you mean 1ms?"
    )]
    [InlineData(
        "{ receive-window: { clamp: 4M } }",
        "6:38: spec.tuning.receive-window.clamp '4M' has an unknown unit; did you mean 4MB or 4MiB?"
    )]
    [InlineData(
        "{ receive-window: { clamp: 64K } }",
        "6:38: spec.tuning.receive-window.clamp '64K' has an unknown unit; did you mean 64kB or 64KiB?"
    )]
    [InlineData(
        "{ receive-window: { clamp: 2000000000B } }",
        "6:38: spec.tuning.receive-window.clamp '2000000000B' is outside the range 1KiB to 1GiB"
    )]
    [InlineData(
        "{ receive-window: { clamp: 64 } }",
        "6:38: spec.tuning.receive-window.clamp '64' has no unit; write 64kB, 64KiB, 64MB or 64MiB"
    )]
    [InlineData(
        "{ receive-window: { clamp: 4T } }",
        "6:38: spec.tuning.receive-window.clamp '4T' has an unknown unit; units are B, kB, MB, GB, KiB, MiB, GiB, "
            + "and allowed are 1KiB to 1GiB"
    )]
    [InlineData(
        "{ receive-window: { clamp: many } }",
        "6:38: spec.tuning.receive-window.clamp 'many' must be a whole number with a unit, as in 64KiB"
    )]
    [InlineData(
        "{ receive-window: { clamp: 1.0001MiB } }",
        "6:38: spec.tuning.receive-window.clamp '1.0001MiB' is not a whole number; use a smaller unit, as in 64KiB"
    )]
    [InlineData(
        "{ pacing: { interval: 20 } }",
        "6:33: spec.tuning.pacing.interval '20' has no unit; write 20ms or 20s"
    )]
    [InlineData(
        "{ pacing: { interval: 0 } }",
        "6:33: spec.tuning.pacing.interval '0' has no unit, as in 5ms; allowed are 1ms to 2000s"
    )]
    [InlineData(
        "{ pacing: { interval: 20m } }",
        "6:33: spec.tuning.pacing.interval '20m' has an unknown unit; did you mean 20ms or 1200s?"
    )]
    [InlineData(
        "{ pacing: { interval: 0.25s } }",
        "6:33: spec.tuning.pacing.interval '0.25s' is not a whole number; write 250ms"
    )]
    [InlineData(
        "{ pacing: { rate: 1Gbps } }",
        "6:29: spec.tuning.pacing.rate '1Gbps' has an unknown unit; did you mean 1Gbit?"
    )]
    [InlineData(
        "{ pacing: { rate: 100mbit/s } }",
        "6:29: spec.tuning.pacing.rate '100mbit/s' has an unknown unit; did you mean 100Mbit?"
    )]
    [InlineData(
        "{ pacing: { rate: 1GBps } }",
        "6:29: spec.tuning.pacing.rate '1GBps' has an unknown unit; units are bit, kbit, Mbit, Gbit, and allowed are "
            + "1kbit to 400Gbit"
    )]
    [InlineData(
        "{ pacing: { rate: 1bit } }",
        "6:29: spec.tuning.pacing.rate '1bit' is outside the range 1kbit to 400Gbit"
    )]
    [InlineData(
        "{ pacing: { note: 123456789012345678901 } }",
        "6:29: spec.tuning.pacing.note '123456789012345678901' must be one line of 0 to 20 characters"
    )]
    public void UnderTuning(string tuning, string expected) =>
        OnlyError(World.Yaml("a", "", tuning)).ShouldBe("p.yaml:" + expected);

    [Theory]
    [InlineData("just text", "1:1: a document must be a mapping with apiVersion: netedit/v1 and kind: TuningPolicy")]
    [InlineData("[a]", "1:1: a document must be a mapping with apiVersion: netedit/v1 and kind: TuningPolicy")]
    [InlineData("{ kind: TuningPolicy }", "1:1: apiVersion is missing; it must be netedit/v1")]
    [InlineData(
        "{ apiVersion: netedit/v2, kind: TuningPolicy, spac: {} }",
        "1:15: unknown apiVersion 'netedit/v2'; it must be netedit/v1"
    )]
    [InlineData(
        "{ apiVersion: netedit/v1, kind: Deployment, spec: { replicas: 3 } }",
        "1:33: unknown kind 'Deployment'; it must be TuningPolicy"
    )]
    [InlineData("{ apiVersion: netedit/v1, kind: }", "1:33: kind is missing; it must be TuningPolicy")]
    [InlineData("{ apiVersion: netedit/v1, kind: TuningPolicy, metadata: { name: a } }", "1:1: spec is missing")]
    [InlineData(
        "{ apiVersion: netedit/v1, kind: TuningPolicy, metadata: { name: a }, spec: {} }",
        "1:76: spec.tuning is missing"
    )]
    [InlineData(
        "{ apiVersion: netedit/v1, kind: TuningPolicy, spec: { tuning: { dctcp: {} } } }",
        "1:1: metadata is missing"
    )]
    [InlineData(
        "{ apiVersion: netedit/v1, kind: TuningPolicy, metadata: {}, spec: { tuning: { dctcp: {} } } }",
        "1:57: metadata.name is missing"
    )]
    [InlineData(
        "{ apiVersion: netedit/v1, kind: TuningPolicy, metadata: { name: -a }, spec: { tuning: { dctcp: {} } } }",
        "1:65: '-a' is not a valid name; use at most 63 lower case letters, digits and inner hyphens"
    )]
    [InlineData(
        "{ apiVersion: netedit/v1, kind: TuningPolicy, metadata: { name: a, owner: me }, spec: { tuning: { "
            + "dctcp: {} } } }",
        "1:68: unknown key 'owner' in metadata; known are name, labels"
    )]
    [InlineData(
        "{ apiVersion: netedit/v1, kind: TuningPolicy, metadata: { name: a }, spec: { tuning: { dctcp: {} } "
            + "}, stats: {} }",
        "1:103: unknown key 'stats'; known are apiVersion, kind, metadata, spec"
    )]
    public void OfADocument(string text, string expected) => OnlyError(text).ShouldBe("p.yaml:" + expected);

    [Fact]
    public void NamesAreAtMost63CharactersLong()
    {
        World.Read(World.Yaml(new string('a', 63))).Errors.ShouldBeEmpty();
        World.Read(World.Yaml(new string('a', 64))).Errors.ShouldHaveSingleItem();
    }

    [Fact]
    public void PathsAreAtMost511BytesLong()
    {
        var path = string.Concat(Enumerable.Repeat("/abcdefg", 63)) + "/abcdef";

        World.Read(World.Yaml("a", $"scope: {{ cgroup: {path} }}")).Errors.ShouldBeEmpty();
        World
            .Read(World.Yaml("a", $"scope: {{ cgroup: {path}x }}"))
            .Errors.Single()
            .Message.ShouldEndWith("is longer than 511 bytes");
        World
            .Read(World.Yaml("a", $"scope: {{ cgroup: {string.Concat(Enumerable.Repeat("/ééééééé", 47))} }}"))
            .Errors.Single()
            .Message.ShouldEndWith("is longer than 511 bytes", customMessage: "376 characters of 705 bytes");
    }

    [Fact]
    public void ControlCharactersInAFileAreRefusedWithTheirPlace() =>
        OnlyError("a: 1\nb: \u0007\n").ShouldBe("p.yaml:2:4: control character U+0007 is not allowed");

    private static string OnlyError(string text) =>
        World.Read(text).Errors.Select(error => error.ToString()).ShouldHaveSingleItem();
}
