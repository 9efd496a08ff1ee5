using System.Globalization;
using NetEdit.Effects;
using NetEdit.Effects.Guest;

// The only job inside a guest: measures one effect, all arms in turns, and writes a report to the file that is named.
const string Progress = "guest: ";
Netedit.Program = args[0];
Eventually.Limit = Netedit.Limit = TimeSpan.FromMinutes(2); // an emulated processor is slow
var (name, repetitions) = (args[2], int.Parse(args[3], CultureInfo.InvariantCulture));

var recorder = new Recorder();
using (var tuning = new Tuning())
using (var effect = Effect.Create(name, tuning))
{
    for (; recorder.Repetition <= repetitions; recorder.Repetition++)
    {
        Measure(effect, recorder);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{Progress}repetition {recorder.Repetition} of {repetitions}")
        );
    }
}

File.WriteAllText(args[1], new EffectReport(name, Kernel.Release, recorder.Series).ToJson());

// Every other repetition in the opposite order, against drift.
static void Measure(Effect effect, Recorder recorder)
{
    foreach (var arm in recorder.Repetition % 2 == 0 ? effect.Arms : effect.Arms.Reverse())
    {
        arm.Enter();
        ProcessorTime.WaitUntilIdle(); // the agent still compiles for a while
        effect.Measure(arm.Name, recorder);
        arm.Leave();
    }
}
