using FsCheck;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>How many samples a property is held to.</summary>
internal static class Samples
{
    /// <summary>This many in a deep run, and a quarter of them, other ones each time, in a usual one.</summary>
    public static Config UpTo(int samples) =>
        Config.QuickThrowOnFailure.WithMaxTest(TestDepth.Choose(usual: samples / 4, deep: samples));
}
