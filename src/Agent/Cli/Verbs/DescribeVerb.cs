using System.CommandLine;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit describe</c></summary>
internal static class DescribeVerb
{
    public static Command Create(CliConsole console)
    {
        var options = new ExplainOptions();
        var connection = new ExplainConnectionVerb(console, options);
        options.AddTo(connection);
        return new Command("describe", "Show everything about one policy, feature or connection")
        {
            new DescribePolicyVerb(console),
            new DescribeFeatureVerb(console),
            connection,
        };
    }

    /// <summary><c>netedit describe policy NAME</c></summary>
    private sealed class DescribePolicyVerb : Verb
    {
        private readonly Argument<string> _name = new("NAME") { Description = "Name of the policy" };
        private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
        private readonly ReadingOptions _reading = new();

        public DescribePolicyVerb(CliConsole console)
            : base(
                console,
                "policy",
                "Show the state of a policy and its reasons, its features with their values, where it is in use, and "
                    + "which policies won or lost against it"
            )
        {
            Arguments.Add(_name);
            Options.Add(_output);
            _reading.AddTo(this);
        }

        protected override int Run(ParseResult arguments)
        {
            var name = arguments.GetRequiredValue(_name);
            var report = new HostReports(Console, _reading.Socket(arguments), _reading.Composition(arguments), Compose)
                .Explain(name)
                .Only(name);
            Console.Write(
                _output.Get(arguments),
                report,
                OutputJson.Readable.ExplainReport,
                output => ExplainVerb.Write(output, report, Console.ColorOut)
            );
            return ExitCode.Ok;
        }
    }

    /// <summary><c>netedit describe feature NAME</c></summary>
    private sealed class DescribeFeatureVerb : Verb
    {
        private readonly Argument<string> _name = new("NAME") { Description = "Name of the feature" };
        private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
        private readonly ReadingOptions _reading = new();

        public DescribeFeatureVerb(CliConsole console)
            : base(
                console,
                "feature",
                "Show what a feature does, which variants this host supports, its parameters with their bounds, and "
                    + "the policies that name it"
            )
        {
            Arguments.Add(_name);
            Options.Add(_output);
            _reading.AddTo(this);
        }

        protected override int Run(ParseResult arguments)
        {
            var name = arguments.GetRequiredValue(_name);
            using var services = Compose(_reading.Composition(arguments));
            var features = FeaturesReports.Of(services, Console).Features;
            var feature = KnownNames.Select("feature", [name], features, known => known.Name)[0];
            var report = new FeatureDescription(
                feature,
                Status(arguments) is { } status ? FeatureDescription.UsersOf(name, status) : null
            );
            Console.Write(
                _output.Get(arguments),
                report,
                OutputJson.Readable.FeatureDescription,
                output => FeatureText.Write(output, report, Console.ColorOut)
            );
            return ExitCode.Ok;
        }

        /// <summary>The status; null, with a message, when nobody can be asked. The rest is useful all the same.</summary>
        private StatusReport? Status(ParseResult arguments)
        {
            try
            {
                return new HostReports(
                    Console,
                    _reading.Socket(arguments),
                    _reading.Composition(arguments),
                    Compose
                ).Status();
            }
            catch (BpfException exception)
            {
                Console.Warn($"could not find out which policies name it: {exception.Message}");
                return null;
            }
        }
    }
}
