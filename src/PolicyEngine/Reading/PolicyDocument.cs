using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A policy, and where its name stands.</summary>
internal sealed record ReadPolicy(Policy Policy, int Line, int Column);

/// <summary>Reads one document of kind TuningPolicy.</summary>
internal sealed partial class PolicyDocument(FileErrors errors, IFeatureCatalog catalog)
{
    /// <summary>The value of <c>apiVersion</c>.</summary>
    public const string ApiVersion = "netedit/v1";

    /// <summary>The usual value of <c>spec.mode</c>.</summary>
    public const string Enforce = "enforce";

    /// <summary>The other value of <c>spec.mode</c>.</summary>
    public const string Observe = "observe";

    /// <summary>The value of <c>kind</c>.</summary>
    public const string Kind = "TuningPolicy";

    /// <summary>Reads a document; what is wrong with it goes to the errors, and then the policy has holes.</summary>
    /// <returns>Null when the document is no policy or has no name.</returns>
    public ReadPolicy? Read(YamlNode root)
    {
        if (root is not YamlMap map)
        {
            errors.Add(root, $"a document must be a mapping with apiVersion: {ApiVersion} and kind: {Kind}");
            return null;
        }

        // Another version or kind has other keys: say that alone, not that they are unknown.
        if (!HasConstant(map, "apiVersion", ApiVersion) | !HasConstant(map, "kind", Kind))
        {
            return null;
        }

        var fields = new Fields(map, "", ["apiVersion", "kind", "metadata", "spec"], errors);
        var metadata = fields.Map("metadata", required: true);
        var spec = fields.Map("spec", required: true);
        var policy = new Policy
        {
            Name = "",
            Source = string.Create(CultureInfo.InvariantCulture, $"{errors.File}:{map.Line}"),
        };
        if (spec is not null)
        {
            policy = ReadSpec(spec, policy);
        }

        return metadata is null ? null : ReadMetadata(metadata, policy);
    }

    private bool HasConstant(YamlMap map, string key, string expected)
    {
        var node = map.Entries.Find(entry => string.Equals(entry.Key.Text, key, StringComparison.Ordinal)).Value;
        if (node is YamlScalar { Text: var text } && string.Equals(text, expected, StringComparison.Ordinal))
        {
            return true;
        }

        if (node is YamlScalar { IsNull: false } scalar)
        {
            errors.Add(node, $"unknown {key} {Printable.Quote(scalar.Text)}; it must be {expected}");
        }
        else
        {
            errors.Add(node ?? map, $"{key} is missing; it must be {expected}");
        }

        return false;
    }

    private ReadPolicy? ReadMetadata(YamlMap map, Policy policy)
    {
        var fields = new Fields(map, "metadata", ["name", "labels"], errors);
        if (fields.Map("labels") is { } labels)
        {
            policy = policy with { Labels = LabelReader.Read(labels, errors) };
        }

        if (fields.Scalar("name", required: true) is not { } name)
        {
            return null;
        }

        if (!NamePattern().IsMatch(name.Text))
        {
            errors.Add(
                name,
                $"{Printable.Quote(name.Text)} is not a valid name; use at most "
                    + $"{PolicyLimits.NameLength} lower case letters, digits and inner hyphens"
            );
            return null;
        }

        return new ReadPolicy(policy with { Name = name.Text }, name.Line, name.Column);
    }

    private Policy ReadSpec(YamlMap map, Policy policy)
    {
        var fields = new Fields(
            map,
            "spec",
            ["hosts", "scope", "connections", "priority", "mode", "share", "measure", "until", "audit", "tuning"],
            errors
        );
        policy = fields.Map("scope") is { } scope ? ReadScope(scope, policy) : policy;
        policy = policy with
        {
            Hosts = fields.Map("hosts") is { } hosts ? new HostSelectorReader(errors).Read(hosts) : HostSelector.Every,
            Connections = fields.List("connections") is { } connections
                ? new ConnectionReader(errors).Read(connections)
                : [],
            Priority = fields.Scalar("priority") is { } priority ? ReadPriority(priority) : 0,
            Observes = fields.Scalar("mode") is { } mode && IsObserve(mode),
            Share = fields.Scalar("share") is { } share ? ReadShare(share) : null,
            Measures = fields.Scalar("measure") is { } measure && IsTrue(measure),
            Until = fields.Scalar("until") is { } until ? ReadUntil(until) : null,
        };
        policy = fields.Map("tuning", required: true) is { } tuning
            ? new TuningReader(errors, catalog).Read(tuning, policy)
            : policy;
        return fields.Map("audit") is { } audit
            ? policy with
            {
                Probe = new ProbeReader(errors).Read(audit, policy.Connections),
            }
            : policy;
    }

    private Policy ReadScope(YamlMap map, Policy policy)
    {
        var fields = new Fields(map, "spec.scope", ["cgroup", "unit", "container", "interfaces"], errors);
        var (cgroup, unit, container) = (fields.Scalar("cgroup"), fields.Scalar("unit"), fields.Map("container"));
        if (cgroup is not null && CgroupPath.Problem(cgroup.Text) is { } error)
        {
            errors.Add(cgroup, $"spec.scope.cgroup {Printable.Quote(cgroup.Text)} {error}");
        }

        if (unit is not null && !UnitPattern().IsMatch(unit.Text))
        {
            errors.Add(
                unit,
                $"spec.scope.unit {Printable.Quote(unit.Text)} is not a unit with a cgroup; its name "
                    + $"must end in .service, .scope or .slice"
            );
        }

        if (unit is not null && cgroup is not null)
        {
            errors.Add(unit, "spec.scope has a cgroup and a unit; give one of them");
        }

        if (container is not null && (unit ?? cgroup) is not null)
        {
            errors.Add(
                container,
                $"spec.scope has a {(unit is null ? "cgroup" : "unit")} and containers; give one of them"
            );
        }

        return policy with
        {
            Scopes = container is not null ? [] : [cgroup?.Text ?? (unit is null ? "/" : "/system.slice/" + unit.Text)],
            Unit = unit?.Text,
            Container = container is null ? null : new ContainerReader(errors).Read(container),
            Interfaces = fields.List("interfaces") is { } interfaces
                ? InterfaceReader.Read(interfaces, "none", errors)
                : [],
        };
    }

    private int ReadPriority(YamlScalar scalar)
    {
        if (!scalar.IsPlain || !PriorityPattern().IsMatch(scalar.Text))
        {
            errors.Add(
                scalar,
                $"spec.priority {Printable.Quote(scalar.Text)} must be a whole number without quotes, as in 100"
            );
            return 0;
        }

        if (
            int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority)
            && priority is >= -PolicyLimits.Priority and <= PolicyLimits.Priority
        )
        {
            return priority;
        }

        errors.Add(
            scalar,
            $"spec.priority {Printable.Quote(scalar.Text)} is outside the range "
                + $"{-PolicyLimits.Priority} to {PolicyLimits.Priority}"
        );
        return 0;
    }

    private bool IsObserve(YamlScalar scalar)
    {
        if (scalar.Text is not (Enforce or Observe))
        {
            errors.Add(
                scalar,
                $"spec.mode {Printable.Quote(scalar.Text)} must be {Enforce} (the default) or "
                    + $"{Observe}, which decides and counts but sets "
                    + $"nothing{Suggestion.For(scalar.Text, [Enforce, Observe])}"
            );
        }

        return scalar.Text == Observe;
    }

    // A share of all is none: nothing is left to compare with.
    private int? ReadShare(YamlScalar scalar)
    {
        if (ShareText.Parse(scalar.Text) is not { } share)
        {
            var percent = scalar.Text + "%";
            errors.Add(
                scalar,
                $"spec.share {Printable.Quote(scalar.Text)} must be a share of the connections above 0% and "
                    + "at most 100%"
                    + (ShareText.Parse(percent) is null ? ", as in 25% or 0.5%" : $"; did you mean {percent}?")
            );
            return null;
        }

        return share == PolicyLimits.WholeShare ? null : share;
    }

    private bool IsTrue(YamlScalar scalar)
    {
        if (!scalar.IsPlain || scalar.Text is not ("true" or "false"))
        {
            errors.Add(scalar, $"spec.measure {Printable.Quote(scalar.Text)} must be true or false");
        }

        return scalar.Text == "true";
    }

    private DateTimeOffset? ReadUntil(YamlScalar scalar)
    {
        if (
            UntilPattern().IsMatch(scalar.Text)
            && DateTimeOffset.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var until)
        )
        {
            return until.ToUniversalTime();
        }

        errors.Add(
            scalar,
            $"spec.until {Printable.Quote(scalar.Text)} must be a time with its zone, as in "
                + $"2027-01-31T18:00:00Z or 2027-01-31T18:00:00+01:00"
        );
        return null;
    }

    /// <summary>Of RFC 3339, to the second.</summary>
    internal const string UntilForm = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})";

    [GeneratedRegex(
        "^" + UntilForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex UntilPattern();

    [GeneratedRegex(
        "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex NamePattern();

    /// <summary>Names of units that have cgroups (systemd.unit(5)).</summary>
    internal const string UnitForm = "[A-Za-z0-9:_.@-][A-Za-z0-9:_.@\\\\-]{0,246}[.](service|scope|slice)";

    [GeneratedRegex(
        "^" + UnitForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex UnitPattern();

    [GeneratedRegex(
        "^-?(0|[1-9][0-9]*)\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PriorityPattern();
}
