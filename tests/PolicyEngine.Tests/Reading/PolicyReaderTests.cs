using System.Text;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

public sealed class PolicyReaderTests
{
    private const string Example = """
        apiVersion: netedit/v1
        kind: TuningPolicy
        metadata:
          name: image-generation            # unique in the set
          labels: { team: media }
        spec:
          hosts:                            # omitted: every host
            labels: { role: web }
            expressions: [ { key: region, operator: In, values: [eu, us] } ]   # In, NotIn, Exists, DoesNotExist
            kernel: ">=5.10 <7.0"
          scope:
            cgroup: /system.slice/image-generation.service   # omitted: the whole host
          connections:                      # omitted: all in the scope
            - peers: [10.0.0.0/8, "fd00::/8"]
              ports: [443, 8000-8999]       # the server's port
              direction: outbound           # inbound, both (default)
          priority: 100                     # default 0; higher wins
          tuning:
            initial-cwnd: { segments: 40 }
            receive-window: { initial: 256KiB, clamp: 4MiB, buffer: 8MiB }
            dctcp: {}
        """;

    [Fact]
    public void ReadsTheWholeForm()
    {
        var result = World.Read(Example);

        result.Errors.ShouldBeEmpty();
        var policy = result.Set!.Policies.Single();
        policy.Name.ShouldBe("image-generation");
        policy.Source.ShouldBe("p.yaml:1");
        policy.Labels["team"].ShouldBe("media");
        policy.Hosts.Labels["role"].ShouldBe("web");
        policy
            .Hosts.Expressions.Single()
            .ShouldSatisfyAllConditions(
                expression => expression.Key.ShouldBe("region"),
                expression => expression.Operator.ShouldBe(LabelOperator.In),
                expression => expression.Values.ShouldBe(["eu", "us"])
            );
        policy
            .Hosts.Kernel!.Bounds.Select(bound => $"{bound.Comparison}{bound.Version} {bound.Parts}")
            .ShouldBe([">=5.10.0 2", "<7.0.0 2"]);
        policy.Scopes.ShouldBe(["/system.slice/image-generation.service"]);
        var selector = policy.Connections.Single();
        selector.Peers.ShouldBe([Generators.Prefix("10.0.0.0/8"), Generators.Prefix("fd00::/8")]);
        selector.Ports.ShouldBe([new PortInterval(443, 443), new PortInterval(8000, 8999)]);
        selector.Directions.ShouldBe([Direction.Outbound]);
        policy.Priority.ShouldBe(100);
        policy.Tuning.Keys.ShouldBe(["dctcp", "initial-cwnd", "receive-window"]);
        policy.Tuning["initial-cwnd"]!.Number("segments").ShouldBe(40);
        policy.Tuning["receive-window"]!.Numbers.ShouldBe([
            new("buffer", 8 << 20),
            new("clamp", 4 << 20),
            new("initial", 256 << 10),
        ]);
    }

    [Fact]
    public void FillsInDefaults()
    {
        var policy = World.Set(World.Yaml("a")).Policies.Single();

        policy.Hosts.ShouldBeSameAs(HostSelector.Every);
        policy.Scopes.ShouldBe(["/"]);
        policy.Connections.ShouldBeEmpty();
        policy.Priority.ShouldBe(0);
        var selector = World.Set(World.Yaml("a", "connections: [ {} ]")).Policies.Single().Connections.Single();
        selector.Peers.ShouldBe([IpPrefix.Any]);
        selector.Ports.ShouldBeEmpty();
        selector.Directions.ShouldBe([Direction.Outbound, Direction.Inbound]);
    }

    [Theory]
    [InlineData("{ receive-window: { buffer: 2048B } }", "receive-window", "buffer", 2048)]
    [InlineData("{ receive-window: { buffer: 1GiB } }", "receive-window", "buffer", 1 << 30)]
    [InlineData("{ receive-window: { buffer: \"64kB\" } }", "receive-window", "buffer", 64_000)]
    [InlineData("{ receive-window: { buffer: 5MB } }", "receive-window", "buffer", 5_000_000)]
    [InlineData("{ pacing: { rate: 1kbit } }", "pacing", "rate", 1000)]
    [InlineData("{ pacing: { rate: 10Gbit } }", "pacing", "rate", 10_000_000_000)]
    [InlineData("{ pacing: { rate: 5000bit } }", "pacing", "rate", 5000)]
    [InlineData("{ pacing: { delay: 200us } }", "pacing", "delay", 200)]
    [InlineData("{ pacing: { delay: 5ms } }", "pacing", "delay", 5000)]
    [InlineData("{ pacing: { delay: 10s } }", "pacing", "delay", 10_000_000)]
    [InlineData("{ pacing: { burst: 0 } }", "pacing", "burst", 0)]
    public void ReadsUnits(string tuning, string feature, string parameter, long expected) =>
        World.Set(World.Yaml("a", "", tuning)).Policies.Single().Tuning[feature]!.Number(parameter).ShouldBe(expected);

    [Fact]
    public void ReadsSeveralDocumentsAndPassesOverEmptyOnes() =>
        World
            .Set("# nothing\n---\n---\n", World.Yaml("b"), "---\n# nothing\n", World.Yaml("a"), "---\n")
            .Policies.Select(policy => policy.Name)
            .ShouldBe(["a", "b"]);

    [Theory]
    [InlineData("")]
    [InlineData("# a comment alone\n")]
    [InlineData("\ufeff---\n...\n")]
    public void AFileMayHoldNothing(string text) => World.Read(text).Set.ShouldNotBeNull().Policies.ShouldBeEmpty();

    [Fact]
    public void TakesAByteOrderMarkAndCarriageReturns() =>
        World.Set("\ufeff" + World.Yaml("a").ReplaceLineEndings("\r\n")).Policies.Single().Name.ShouldBe("a");

    [Fact]
    public void AFeatureThatIsNotInstalledIsNoError()
    {
        var policy = World
            .Set(World.Yaml("a", "", "{ initial-cwnd: { segments: 1 }, warp-drive: { factor: [9], x: { y: 1 } } }"))
            .Policies.Single();

        policy.Tuning["warp-drive"].ShouldBeNull();
        policy.Tuning["initial-cwnd"].ShouldNotBeNull();
    }

    [Fact]
    public void AFeatureWithoutParametersMayBeLeftEmpty() =>
        World.Set(World.Yaml("a", "", "{ dctcp: }")).Policies.Single().Tuning["dctcp"].ShouldNotBeNull();

    [Fact]
    public void ListsEveryErrorOfEveryFileInOrder()
    {
        var result = World.Read([
            ("b.yaml", World.Yaml("Bad_Name", "priorty: 1\nconnections: [ { peers: [ten, 10.0.0.1/8], ports: [0] } ]")),
            ("a.yaml", "x: [\n"),
        ]);

        result.Set.ShouldBeNull();
        result
            .Errors.Select(error => error.ToString())
            .ShouldBe([
                "a.yaml:2:1: not valid YAML: While parsing a node, did not find expected node content",
                "b.yaml:4:19: 'Bad_Name' is not a valid name; use at most 63 "
                    + "lower case letters, digits and inner hyphens",
                "b.yaml:6:3: unknown key 'priorty' in spec; did you mean 'priority'?",
                "b.yaml:7:28: 'ten' is not a valid peer: 'ten' is not an IP address",
                "b.yaml:7:33: '10.0.0.1/8' is not a valid peer: "
                    + "'10.0.0.1/8' has bits set after its prefix; write 10.0.0.0/8",
                "b.yaml:7:54: '0' is out of bounds; ports are 1 to 65535",
            ]);
    }

    [Theory]
    [InlineData(
        "apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: { name: a }\nspec:\n\ttuning: { dctcp: {} }\n",
        "5:1"
    )]
    [InlineData("apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata:\n  name: a\n \tlabels: {}\nspec: {}\n", "5:2")]
    [InlineData("spec:\n  tuning:\n  \t  dctcp: {}\n", "3:3")]
    [InlineData("spec:\r\n  tuning:\r\n\t\tdctcp: {}\r\n", "3:1")]
    public void ATabInTheIndentationIsNamedWithItsPosition(string text, string position) =>
        World
            .Read(text)
            .Errors.Single()
            .ToString()
            .ShouldBe($"p.yaml:{position}: a tab in the indentation; use spaces");

    [Fact]
    public void ATabElsewhereIsNotBlamed() =>
        World
            .Read("\t# a comment\nmetadata: { name:\ta }\nspec: [\n")
            .Errors.Single()
            .Message.ShouldNotContain("a tab");

    [Fact]
    public void ARepeatedNameIsAnErrorThatNamesBothPlaces()
    {
        var result = World.Read([
            ("one.yaml", World.Yaml("same")),
            ("two.yaml", World.Yaml("other") + World.Yaml("same")),
        ]);

        result
            .Errors.Single()
            .ToString()
            .ShouldBe("two.yaml:10:19: a policy 'same' is also at one.yaml:4:19; names must be unique");
    }

    [Fact]
    public void TheListOfErrorsOfOneFileIsBounded()
    {
        var result = World.Read(string.Concat(Enumerable.Repeat("--- x\n", 10_000)));

        result.Errors.Length.ShouldBe(PolicyLimits.ErrorsPerFile + 1);
        result.Errors[^1].Message.ShouldBe("and 9800 more errors in this file");
    }

    [Fact]
    public void AFileAboveOneMebibyteIsRefused() =>
        World
            .Read(new string('#', PolicyLimits.FileBytes + 1))
            .Errors.Single()
            .ToString()
            .ShouldBe("p.yaml: is not read: its 1048577 bytes exceed the limit of 1048576 bytes (1 MiB)");

    [Fact]
    public void ASetAbove16MebibytesIsRefused()
    {
        var file = new string('#', PolicyLimits.FileBytes);

        World
            .Read(Enumerable.Range(10, 17).Select(i => ($"{i}.yaml", file)))
            .Errors.Single()
            .ToString()
            .ShouldBe("26.yaml: is too much: all files together may have 16 MiB");
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    [InlineData('?')]
    public void DeepNestingIsRefused(char opening)
    {
        var text = string.Concat(Enumerable.Repeat($"{opening} ", 20_000));

        World.Read(text).Errors.Single().Message.ShouldBe("not valid YAML: more than 64 levels of nesting");
    }

    [Fact]
    public void AliasesAreRefusedBeforeTheyExpand()
    {
        var text = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n";

        World
            .Read(text)
            .Errors.Select(error => error.Message)
            .Distinct()
            .ShouldBe(
                [
                    "anchors are not allowed",
                    "apiVersion is missing; it must be netedit/v1",
                    "kind is missing; it must be TuningPolicy",
                    "aliases are not allowed; write the value out",
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public void InvalidUtf8IsRefusedWithItsPlace()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("a: 1\nbü: "), 0xc3, 0x28];

        PolicyReader
            .Read([("p.yaml", bytes)], TestCatalog.Standard)
            .Errors.Single()
            .ToString()
            .ShouldBe("p.yaml:2:5: byte 0xc3 is not valid UTF-8");
    }

    [Fact]
    public void SyntaxErrorsOfEveryKindAreErrorsAndNotExceptions()
    {
        // Some of these make YamlDotNet throw other things than YamlException.
        string[] texts =
        [
            "a: [1, 2\nb: 3",
            "\"\\UFFFFFFFF\"",
            "\"\\ud800\"",
            "a:\n\tb: 1",
            "\"abc",
            "a: 1\n  b: 2",
            "!<> a",
            "*",
            "&",
            "? [a]\n: b",
            "- : -",
            "}",
            "@",
            "`",
        ];
        foreach (var text in texts)
        {
            World.Read(text).Errors.ShouldNotBeEmpty(text);
        }
    }

    [Fact]
    public void NoTextMakesTheReaderThrow()
    {
        var random = new Random(4711);
        const string Alphabet = "[]{}-?:,#&*!|>'\"%@ \n\tab01\\uxU\u0085\ufeff\ud800";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([
                .. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Alphabet[random.Next(Alphabet.Length)]),
            ]);
            Should.NotThrow(() => World.Read(text), text);
        }
    }
}
