using System.Globalization;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>What a host makes of a buffer that a policy asks for: the kernel caps it without an error, and ends its autotuning. Pure.</summary>
/// <param name="Parameter">The parameter that asks: <c>buffer</c>.</param>
/// <param name="Cap">The sysctl that caps it, one of <see cref="HostLimits"/>.</param>
/// <param name="Tuned">The size up to which autotuning goes, one of <see cref="HostLimits"/>.</param>
internal sealed record BufferLimit(string Parameter, string Cap, string Tuned)
{
    /// <summary>The kernel doubles what it is asked for, for its own use.</summary>
    private const int Doubled = 2;

    /// <summary>A receive buffer.</summary>
    public static BufferLimit Receive(string parameter) =>
        new(parameter, HostLimits.ReceiveBuffer, HostLimits.TunedReceiveBuffer);

    /// <summary>A send buffer.</summary>
    public static BufferLimit Send(string parameter) =>
        new(parameter, HostLimits.SendBuffer, HostLimits.TunedSendBuffer);

    /// <summary>Says whether the socket would get less room than it has without the setting, although the policy asks for more than the cap.</summary>
    public bool IsWorseThanNone(ParameterValues values, HostFacts host) =>
        Capped(values, host) is { } cap && Autotuned(host) > Doubled * cap;

    /// <summary>Says what of the buffer is lost; null when all of it is given.</summary>
    public string? Notice(ParameterValues values, HostFacts host) =>
        Capped(values, host) is not { } cap ? null
        : IsWorseThanNone(values, host)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Parameter} is left to autotuning: {Cap} would cap it to {cap} bytes, a fixed buffer "
                    + $"of {Doubled * cap}, while autotuning gives up to {Autotuned(host)}; raise {Cap} to "
                    + $"{values.Number(Parameter)}"
            )
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Parameter} of {values.Number(Parameter)} bytes is capped to {cap} bytes by {Cap}; raise "
                + $"that sysctl to get the whole buffer"
        );

    /// <summary>Expects a buffer as the kernel keeps it: doubled, and capped by the sysctl. With a cap below it, the cap may have been another one when it was set. Null when the buffer is left to autotuning.</summary>
    public Expectation? Expect(string what, ParameterValues values, uint found, HostFacts host)
    {
        if (values.Number(Parameter) is not { } bytes || IsWorseThanNone(values, host))
        {
            return null;
        }

        var cap = host.Limits.GetValueOrDefault(Cap, long.MaxValue);
        return Expectation.Exactly(what, Doubled * Math.Min(bytes, cap), found, "bytes").InconclusiveIf(bytes > cap);
    }

    private long? Capped(ParameterValues values, HostFacts host) =>
        values.Number(Parameter) is { } bytes && host.Limits.TryGetValue(Cap, out var cap) && bytes > cap ? cap : null;

    private long Autotuned(HostFacts host) =>
        Cap == HostLimits.ReceiveBuffer && host.Limits.GetValueOrDefault(HostLimits.ReceiveAutotuning, 1) == 0
            ? 0
            : host.Limits.GetValueOrDefault(Tuned, 0);
}
