namespace NetEdit.Systemd.Tests;

/// <summary>A step of what happens to a host: it does something, and looks at what came of it.</summary>
/// <param name="Name">What should hold.</param>
/// <param name="Do">Does it; throws when it does not hold.</param>
/// <param name="IsDeep">Whether it is left out of a usual run.</param>
internal sealed record Step(string Name, Action<ServiceHost> Do, bool IsDeep = false);
