using System.Globalization;
using NetEdit.Adapter.Connections;
using NetEdit.Adapter.Live;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.State;
using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.Adapter.Tests;

public sealed class AbiTests
{
    /// <summary>The layouts of abi.h, as a compiler sees them, are those the adapter reads and writes.</summary>
    [Fact]
    public void The_layouts_are_those_of_the_header()
    {
        Dictionary<string, int> expected = new(StringComparer.Ordinal)
        {
            ["NETEDIT_STAGES"] = Abi.Stages,
            ["NETEDIT_PARAMETER_BYTES"] = FeatureLimits.ParameterBytes,
            ["NETEDIT_NAME"] = Abi.NameBytes,
            ["NETEDIT_PATH"] = Abi.PathBytes,
            ["NETEDIT_PORT_PAGE"] = Abi.PortPage,
            ["NETEDIT_RULE_BITS"] = Abi.Rule.FixedBits,
            ["NETEDIT_FAILED"] = Abi.Event.Failed,
            ["sizeof(struct netedit_state)"] = Abi.State.Size,
            ["offsetof(struct netedit_state, generation)"] = Abi.State.Generation,
            ["offsetof(struct netedit_state, paused)"] = Abi.State.Paused,
            ["offsetof(struct netedit_state, seed)"] = Abi.State.Seed,
            ["NETEDIT_PAUSES"] = PauseTarget.Most,
            ["NETEDIT_PAUSE_NAME"] = Abi.State.NameBytes,
            ["offsetof(struct netedit_state, pauses)"] = Abi.State.Pauses,
            ["offsetof(struct netedit_state, paused_ids)"] = Abi.State.PausedIds,
            ["offsetof(struct netedit_state, paused_names)"] = Abi.State.PausedNames,
            ["sizeof(struct netedit_port_key)"] = Abi.Port.KeySize,
            ["sizeof(struct netedit_port_page)"] = Abi.Port.PageSize,
            ["sizeof(struct netedit_rule_key)"] = Abi.Rule.KeySize,
            ["offsetof(struct netedit_rule_key, chain)"] = Abi.Rule.Chain,
            ["offsetof(struct netedit_rule_key, port_class)"] = Abi.Rule.PortClass,
            ["offsetof(struct netedit_rule_key, direction)"] = Abi.Rule.Direction,
            ["offsetof(struct netedit_rule_key, origin)"] = Abi.Rule.Origin,
            ["offsetof(struct netedit_rule_key, peer)"] = Abi.Rule.Peer,
            ["NETEDIT_USER"] = (int)OriginKind.User,
            ["NETEDIT_INTERFACE"] = (int)OriginKind.Interface,
            ["NETEDIT_ORIGIN(3, 2)"] = OriginClass.Together(3, 2),
            ["NETEDIT_ORIGIN(15, 15)"] = OriginClass.Together(OriginClass.Most, OriginClass.Most),
            ["NETEDIT_ORIGIN_BITS"] = Abi.Origin.FixedBits,
            ["NETEDIT_ORIGIN_BYTES"] = Abi.Origin.ValueBytes,
            ["sizeof(struct netedit_origin_key)"] = Abi.Origin.KeySize,
            ["offsetof(struct netedit_origin_key, chain)"] = Abi.Origin.Chain,
            ["offsetof(struct netedit_origin_key, kind)"] = Abi.Origin.Kind,
            ["offsetof(struct netedit_origin_key, value)"] = Abi.Origin.Value,
            ["sizeof(struct netedit_profile)"] = Abi.Profile.Size,
            ["offsetof(struct netedit_profile, measured)"] = Abi.Profile.Measured,
            ["NETEDIT_WHOLE"] = ProfileSplit.Whole,
            ["NETEDIT_SPLITS"] = ProfileSplit.Most,
            ["(int)(NETEDIT_SPLIT >> 32)"] = (int)(Identity.SplitBit >> 32),
            ["offsetof(struct netedit_split, salt)"] = 16,
            ["offsetof(struct netedit_split, share)"] = 24,
            ["sizeof(struct netedit_counters)"] = Abi.Counters.Size,
            ["offsetof(struct netedit_counters, connections)"] = Abi.Counters.Connections * sizeof(ulong),
            ["NETEDIT_MEASURES"] = Abi.Measures.Kinds,
            ["NETEDIT_BUCKETS"] = Abi.Measures.Buckets,
            ["NETEDIT_DURATION_SHIFT"] = Abi.Measures.DurationShift,
            ["NETEDIT_ROUND_TRIP"] = (int)Measure.RoundTrip,
            ["NETEDIT_DELIVERY_RATE"] = (int)Measure.DeliveryRate,
            ["NETEDIT_RETRANSMITTED"] = (int)Measure.Retransmitted,
            ["NETEDIT_DURATION"] = (int)Measure.Duration,
            ["sizeof(struct netedit_measures)"] = Abi.Measures.Size,
            ["offsetof(struct netedit_measures, sums)"] = Abi.Measures.Sums * sizeof(ulong),
            ["offsetof(struct netedit_measures, buckets)"] = Abi.Measures.FirstBucket * sizeof(ulong),
            ["sizeof(struct netedit_event_key)"] = Abi.Event.KeySize,
            ["offsetof(struct netedit_event_key, slot)"] = Abi.Event.Slot,
            ["offsetof(struct netedit_event_key, event)"] = Abi.Event.Kind,
            ["offsetof(struct netedit_event_key, error)"] = Abi.Event.Error,
            ["NETEDIT_NO_SLOT"] = WalkRecord.NoSlot,
            ["NETEDIT_ERRNOS"] = WalkRecord.Errnos,
            ["sizeof(struct netedit_walk)"] = WalkRecord.Size,
            ["offsetof(struct netedit_walk, cgroup)"] = WalkRecord.Cgroup,
            ["offsetof(struct netedit_walk, level)"] = WalkRecord.Level,
            ["offsetof(struct netedit_walk, chain)"] = WalkRecord.Chain,
            ["offsetof(struct netedit_walk, depth)"] = WalkRecord.Depth,
            ["offsetof(struct netedit_walk, again)"] = WalkRecord.Again,
            ["offsetof(struct netedit_walk, slots)"] = WalkRecord.Slots,
            ["offsetof(struct netedit_walk, changed)"] = WalkRecord.Changed,
            ["offsetof(struct netedit_walk, tuned)"] = WalkRecord.Tuned,
            ["offsetof(struct netedit_walk, released)"] = WalkRecord.Released,
            ["offsetof(struct netedit_walk, errors)"] = WalkRecord.Errors,
            ["offsetof(struct netedit_walk, rules)"] = WalkRecord.Rules,
            ["offsetof(struct netedit_walk, values)"] = WalkRecord.Values,
            ["NETEDIT_POLICY"] = Abi.Values.PolicyBytes,
            ["sizeof(struct netedit_values)"] = Abi.Values.Size,
            ["offsetof(struct netedit_values, paused)"] = Abi.Values.Paused,
            ["offsetof(struct netedit_values, target_id)"] = Abi.Values.TargetId,
            ["offsetof(struct netedit_values, feature)"] = Abi.Values.Feature,
            ["offsetof(struct netedit_values, hook)"] = Abi.Values.Hook,
            ["offsetof(struct netedit_values, digest)"] = Abi.Values.Digest,
            ["offsetof(struct netedit_values, policy)"] = Abi.Values.Policy,
            ["offsetof(struct netedit_values, target)"] = Abi.Values.Target,
            ["sizeof(struct netedit_chain)"] = Abi.Chain.Size,
            ["offsetof(struct netedit_chain, operations)"] = Abi.Chain.Operations,
            ["offsetof(struct netedit_chain, depth)"] = Abi.Chain.Depth,
            ["offsetof(struct netedit_chain, stage_operations)"] = Abi.Chain.StageOperations,
            ["offsetof(struct netedit_chain, hz)"] = Abi.Chain.Hz,
            ["offsetof(struct netedit_chain, feature_ids)"] = Abi.Chain.FeatureIds,
            ["offsetof(struct netedit_chain, features)"] = Abi.Chain.Features,
            ["offsetof(struct netedit_chain, scope)"] = Abi.Chain.Scope,
            ["offsetof(struct netedit_chain, digest)"] = Abi.Chain.Digest,
            ["offsetof(struct netedit_connection, profile)"] = Abi.Connection.Profile,
            ["offsetof(struct netedit_connection, applied_profile)"] = Abi.Connection.AppliedProfile,
            ["offsetof(struct netedit_connection, chain)"] = Abi.Connection.Chain,
            ["offsetof(struct netedit_connection, applied_chain)"] = Abi.Connection.AppliedChain,
            ["offsetof(struct netedit_connection, generation)"] = Abi.Connection.Generation,
            ["offsetof(struct netedit_connection, applied)"] = Abi.Connection.Applied,
            ["offsetof(struct netedit_connection, walk_result)"] = Abi.Connection.WalkResult,
            ["offsetof(struct netedit_connection, errors)"] = Abi.Connection.Errors,
            ["sizeof(struct netedit_connection)"] = Abi.Connection.Size,
            ["NETEDIT_WALK_SKIPPED"] = Abi.Connection.WalkSkipped,
            ["NETEDIT_WALK_DONE"] = Abi.Connection.WalkDone,
            ["NETEDIT_WALK_ADOPTED"] = Abi.Connection.WalkAdopted,
            ["NETEDIT_NOBODY"] = SocketRecord.Nobody,
            ["NETEDIT_SOCKET_KNOWN"] = SocketRecord.Known,
            ["NETEDIT_SOCKET_IPV6"] = SocketRecord.IPv6,
            ["NETEDIT_SOCKET_KEEPALIVE"] = SocketRecord.KeepAlive,
            ["NETEDIT_ALGORITHM"] = SocketRecord.AlgorithmBytes,
            ["sizeof(struct netedit_socket)"] = SocketRecord.Size,
            ["offsetof(struct netedit_socket, cgroup)"] = SocketRecord.Cgroup,
            ["offsetof(struct netedit_socket, inode)"] = SocketRecord.Inode,
            ["offsetof(struct netedit_socket, user)"] = SocketRecord.User,
            ["offsetof(struct netedit_socket, interface)"] = SocketRecord.Interface,
            ["offsetof(struct netedit_socket, pacing_rate)"] = SocketRecord.PacingRate,
            ["offsetof(struct netedit_socket, max_pacing_rate)"] = SocketRecord.MaximumPacingRate,
            ["offsetof(struct netedit_socket, bytes_sent)"] = SocketRecord.BytesSent,
            ["offsetof(struct netedit_socket, bytes_retrans)"] = SocketRecord.BytesRetransmitted,
            ["offsetof(struct netedit_socket, bytes_received)"] = SocketRecord.BytesReceived,
            ["offsetof(struct netedit_socket, local)"] = SocketRecord.Local,
            ["offsetof(struct netedit_socket, peer)"] = SocketRecord.Peer,
            ["offsetof(struct netedit_socket, network)"] = SocketRecord.Network,
            ["offsetof(struct netedit_socket, cwnd)"] = SocketRecord.Window,
            ["offsetof(struct netedit_socket, ssthresh)"] = SocketRecord.Threshold,
            ["offsetof(struct netedit_socket, cwnd_clamp)"] = SocketRecord.WindowClamp,
            ["offsetof(struct netedit_socket, mss)"] = SocketRecord.Segment,
            ["offsetof(struct netedit_socket, advertised_mss)"] = SocketRecord.AdvertisedSegment,
            ["offsetof(struct netedit_socket, receive_buffer)"] = SocketRecord.ReceiveBuffer,
            ["offsetof(struct netedit_socket, send_buffer)"] = SocketRecord.SendBuffer,
            ["offsetof(struct netedit_socket, window_clamp)"] = SocketRecord.ReceiveClamp,
            ["offsetof(struct netedit_socket, rto)"] = SocketRecord.Rto,
            ["offsetof(struct netedit_socket, rto_min)"] = SocketRecord.RtoMinimum,
            ["offsetof(struct netedit_socket, rto_max)"] = SocketRecord.RtoMaximum,
            ["offsetof(struct netedit_socket, srtt)"] = SocketRecord.RoundTrip,
            ["offsetof(struct netedit_socket, notsent_lowat)"] = SocketRecord.UnsentLowWater,
            ["offsetof(struct netedit_socket, user_timeout)"] = SocketRecord.UserTimeout,
            ["offsetof(struct netedit_socket, keepalive_idle)"] = SocketRecord.KeepAliveIdle,
            ["offsetof(struct netedit_socket, keepalive_interval)"] = SocketRecord.KeepAliveInterval,
            ["offsetof(struct netedit_socket, retransmits)"] = SocketRecord.Retransmits,
            ["offsetof(struct netedit_socket, local_port)"] = SocketRecord.LocalPort,
            ["offsetof(struct netedit_socket, peer_port)"] = SocketRecord.PeerPort,
            ["offsetof(struct netedit_socket, state)"] = SocketRecord.State,
            ["offsetof(struct netedit_socket, direction)"] = SocketRecord.DirectionOffset,
            ["offsetof(struct netedit_socket, flags)"] = SocketRecord.Flags,
            ["offsetof(struct netedit_socket, tos)"] = SocketRecord.TypeOfService,
            ["offsetof(struct netedit_socket, traffic_class)"] = SocketRecord.TrafficClass,
            ["offsetof(struct netedit_socket, keepalive_probes)"] = SocketRecord.KeepAliveProbes,
            ["offsetof(struct netedit_socket, algorithm)"] = SocketRecord.Algorithm,
        };

        var source = "#include <stdio.h>\n#include <stddef.h>\n#include <netedit/abi.h>\nint main(void)\n{\n"
            + string.Concat(expected.Keys.Select(name => $"\tprintf(\"%d\\n\", (int)({name}));\n")) + "}\n";
        var values = CProgram.Run(source, Path.Combine(RepositoryRoot(), "bpf", "include"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture));

        expected.Keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal).ShouldBe(expected);
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "NetEdit.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
