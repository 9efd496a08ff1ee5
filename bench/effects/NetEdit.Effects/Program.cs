using System.Globalization;
using NetEdit.Effects;
using NetEdit.Kernels;

const string DefaultKernel = "6.12";
const int DefaultRepetitions = 20;
const int Wrong = 64;

if (args is ["--pages"])
{
    Documents.Write(Directories.Repository);
    return 0;
}

var (names, kernel, repetitions) = (new List<string>(), DefaultKernel, DefaultRepetitions);
for (var index = 0; index < args.Length; index++)
{
    switch (args[index])
    {
        case "--kernel" when index + 1 < args.Length:
            kernel = args[++index];
            break;
        case "--repetitions"
            when index + 1 < args.Length
                && int.TryParse(args[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out repetitions)
                && repetitions > 0:
            index++;
            break;
        case var name when Experiment.All.Any(experiment => experiment.Name == name):
            names.Add(name);
            break;
        default:
            Console.Error.WriteLine(
                $"usage: bench/effects/run.sh [EFFECT…] [--kernel NAME] [--repetitions N] | --pages; not "
                    + $"understood: {args[index]}; effects: "
                    + $"{string.Join(", ", Experiment.All.Select(experiment => experiment.Name))}"
            );
            return Wrong;
    }
}

var results = Path.Combine(Directories.Repository, "bench", "effects", "results");
Directory.CreateDirectory(results);
try
{
    var run = EffectsRun.Prepare(kernel, Progress);
    foreach (var experiment in Experiment.All.Where(experiment => names.Count == 0 || names.Contains(experiment.Name)))
    {
        var result = run.Measure(experiment.Name, repetitions);
        result.Write(Path.Combine(results, experiment.Name + ".json"));
        Documents.Write(Directories.Repository);
        Console.Write(FigureTable.Of([(experiment, result)]));
    }
}
catch (InvalidOperationException failure)
{
    Progress(failure.Message);
    return 1;
}

return 0;

static void Progress(string text) => Console.Error.WriteLine("netedit: " + text);
