using NetEdit.Features;

namespace NetEdit.Adapter.Tests;

/// <summary>Features and values the tests of this project use.</summary>
internal static class Tuning
{
    internal static readonly InitialCwndFeature InitialCwnd = new();
    internal static readonly ReceiveWindowFeature ReceiveWindow = new();
    internal static readonly DctcpFeature Dctcp = new();

    internal static ParameterValues Segments(int segments) => new([new("segments", segments)]);

    internal static ParameterValues Initial(int bytes) => new([new("initial", bytes)]);
}
