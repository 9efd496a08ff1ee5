namespace NetEdit.TestKit;

/// <summary>How much a run tests: <c>./test.sh</c> what bears on every change, <c>./test.sh --deep</c> everything.</summary>
public static class TestDepth
{
    /// <summary>The trait of tests that only a deep run has: <c>[Trait(TestDepth.Trait, TestDepth.Deep)]</c>.</summary>
    public const string Trait = "Depth";

    /// <summary>The value of that trait.</summary>
    public const string Deep = "Deep";

    /// <summary>Whether this is a deep run: <c>NETEDIT_DEEP</c> is 1.</summary>
    public static bool IsDeep { get; } = Environment.GetEnvironmentVariable("NETEDIT_DEEP") == "1";

    /// <summary>The first number, or the second one in a deep run.</summary>
    public static int Choose(int usual, int deep) => IsDeep ? deep : usual;
}
