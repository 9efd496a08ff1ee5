using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace NetEdit.Bench.Kernel;

/// <summary>A thousand policies of ten prefixes each, the same in every run, and addresses within them.</summary>
internal static class ManyPolicies
{
    private const int Seed = 20241108;
    private const int Policies = 1000;
    private const int IPv4Each = 8;
    private const int IPv6Each = 2;

    /* Every policy has a block of 2048 loopback addresses for each IPv4 prefix but the last, which lies within a block of the next policy. */
    private const int BlockBits = 11;
    private const uint Loopback = 0x7f000000;

    internal static string Yaml(string cgroup, string tuning)
    {
        var random = new Random(Seed);
        var yaml = new StringBuilder();
        for (var policy = 0; policy < Policies; policy++)
        {
            var number = policy;
            var peers = Enumerable
                .Range(0, IPv4Each)
                .Select(index => IPv4(number, index))
                .Concat(Enumerable.Range(0, IPv6Each).Select(index => IPv6(number, index, random)));
            yaml.Append(
                CultureInfo.InvariantCulture,
                $$"""
                ---
                apiVersion: netedit/v1
                kind: TuningPolicy
                metadata: { name: p{{policy:0000}} }
                spec:
                  scope: { cgroup: {{cgroup}} }
                  connections:
                    - peers: [{{string.Join(", ", peers)}}]
                  tuning:
                    initial-cwnd: { segments: {{10 + (policy % 90)}} }
                    {{tuning}}

                """
            );
        }

        return yaml.ToString();
    }

    /// <summary>Random pairs of addresses that the policies' prefixes hold.</summary>
    internal static Ends[] Connections(int count)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, count).Select(_ => new Ends(Address(random), Address(random)))];
    }

    private static uint Address(Random random)
    {
        var (policy, index) = (random.Next(Policies), random.Next(IPv4Each));
        return BinaryPrimitives.ReverseEndianness(
            Network(policy, index) | (uint)random.Next(1, 1 << (32 - Length(policy, index)))
        );
    }

    private static uint Network(int policy, int index) =>
        Loopback
        | (
            (uint)(
                index == IPv4Each - 1 ? ((policy + 1) % Policies * IPv4Each) + index : (policy * IPv4Each) + index + 1
            ) << BlockBits
        );

    private static int Length(int policy, int index) =>
        index switch
        {
            IPv4Each - 2 => 32 - BlockBits,
            IPv4Each - 1 => 25,
            _ => 21 + ((policy + index) % 10),
        };

    private static string IPv4(int policy, int index) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{new IPAddress(BinaryPrimitives.ReverseEndianness(Network(policy, index)))}/{Length(policy, index)}"
        );

    private static string IPv6(int policy, int index, Random random) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"\"fd{random.Next(256):x2}:{policy:x}:{index:x}::/{random.Next(48, 65)}\""
        );
}
