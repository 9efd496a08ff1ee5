using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>
/// The users and the interfaces that the policies of one chain name; those that are treated alike share a class. Class 0 is for
/// those that none names.
/// </summary>
internal sealed class SocketOwnerClasses
{
    private readonly Kind _users;
    private readonly Kind _interfaces;

    private SocketOwnerClasses(Kind users, Kind interfaces) => (_users, _interfaces) = (users, interfaces);

    /// <summary>Sorts users and interfaces into classes; null when it exceeds the budget.</summary>
    public static SocketOwnerClasses? Cut(ImmutableArray<ScopedPolicy> scopedPolicies, CompositionBudget budget)
    {
        List<ConnectionSelector> selectors =
        [
            .. scopedPolicies
                .SelectMany(scopedPolicy => scopedPolicy.Selectors)
                .Where(selector => selector.NamesOrigin),
        ];
        var users = Kind.Cut(
            selectors,
            selector => selector.Users.Where(UserText.IsNumber),
            (one, other) => one == other
        );
        var interfaces = Kind.Cut(selectors, selector => selector.Interfaces, NamePattern.Covers);
        return budget.TakeOrigins(users.Count, "users") && budget.TakeOrigins(interfaces.Count, "interfaces")
            ? new SocketOwnerClasses(users, interfaces)
            : null;
    }

    /// <summary>Each class of users together with each of interfaces, as rules have them.</summary>
    public IEnumerable<byte> All =>
        from user in Enumerable.Range(0, _users.Count + 1)
        from place in Enumerable.Range(0, _interfaces.Count + 1)
        select SocketOwnerClass.Together(user, place);

    /// <summary>The classes, as the kernel has them.</summary>
    public IEnumerable<SocketOwnerClass> Of(uint chain) =>
        _users
            .Classes.Select(pair => new SocketOwnerClass(chain, OriginKind.User, pair.Key, pair.Value))
            .Concat(
                _interfaces.Classes.Select(pair => new SocketOwnerClass(
                    chain,
                    OriginKind.Interface,
                    pair.Key,
                    pair.Value
                ))
            );

    /// <summary>Whether a selector is for sockets from there.</summary>
    public bool Includes(byte origin, ConnectionSelector selector) =>
        (selector.Users.IsEmpty || _users.Includes(SocketOwnerClass.UserOf(origin), selector))
        && (selector.Interfaces.IsEmpty || _interfaces.Includes(SocketOwnerClass.InterfaceOf(origin), selector));

    /// <summary>What is in the classes, for a person; empty for those that no policy names.</summary>
    public string Describe(byte origin) =>
        _users.Describe("user", SocketOwnerClass.UserOf(origin))
        + _interfaces.Describe("interface", SocketOwnerClass.InterfaceOf(origin));

    private sealed class Kind(SortedDictionary<string, byte> classes, List<HashSet<ConnectionSelector>> members)
    {
        private const int MostNamed = 3;

        public IReadOnlyDictionary<string, byte> Classes => classes;

        public int Count => members.Count;

        /// <summary>Gives values that are covered by those of the same selectors one class.</summary>
        public static Kind Cut(
            List<ConnectionSelector> selectors,
            Func<ConnectionSelector, IEnumerable<string>> values,
            Func<string, string, bool> covers
        )
        {
            var classes = new SortedDictionary<string, byte>(StringComparer.Ordinal);
            var members = new List<HashSet<ConnectionSelector>>();
            foreach (var value in selectors.SelectMany(values).Distinct(StringComparer.Ordinal))
            {
                var matching = selectors
                    .Where(selector => values(selector).Any(other => covers(other, value)))
                    .ToHashSet<ConnectionSelector>(ReferenceEqualityComparer.Instance);
                var number = members.FindIndex(known => known.SetEquals(matching));
                if (number < 0)
                {
                    number = members.Count;
                    members.Add(matching);
                }

                classes.Add(value, (byte)Math.Min(number + 1, byte.MaxValue));
            }

            return new Kind(classes, members);
        }

        public bool Includes(int number, ConnectionSelector selector) =>
            number > 0 && members[number - 1].Contains(selector);

        public string Describe(string what, int number)
        {
            var named = Classes.Where(pair => pair.Value == number && number > 0).Select(pair => pair.Key).ToList();
            return named.Count == 0
                ? ""
                : $", {what}{(named.Count > 1 ? "s" : "")} "
                    + $"{string.Join(", ", named.Take(MostNamed))}{(named.Count > MostNamed ? " …" : "")}";
        }
    }
}
