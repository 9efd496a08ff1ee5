using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>A socket option that a listener passes on to the connections that it accepts.</summary>
/// <param name="Knob">The option. It is a socket option with a whole number, not the answer to a query.</param>
/// <param name="Value">The value, as <c>setsockopt</c> takes it.</param>
public readonly record struct ListenerSetting(Knob Knob, int Value)
{
    /// <summary>
    /// Maximum number of settings that one listener gets (<c>NETEDIT_SETTINGS</c>). The settings of a feature that
    /// would exceed it are left to each connection.
    /// </summary>
    public const int Most = 16;
}
