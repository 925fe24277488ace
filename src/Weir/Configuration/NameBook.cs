using System.Collections.Immutable;
using System.Net;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>
/// The addresses of all targets that have names. A name that is not found any more keeps its last addresses. Owned by the
/// control thread; it looks nothing up by itself.
/// </summary>
internal sealed class NameBook
{
    private readonly Dictionary<string, ImmutableArray<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _failing = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, ImmutableArray<IPAddress>> Addresses => _addresses;

    /// <summary>The names of a definition that have no address yet.</summary>
    public IReadOnlyList<string> Unknown(BalancerDefinition definition) =>
        [.. definition.UnresolvedHosts.Where(host => !_addresses.ContainsKey(host))];

    /// <summary>Takes in the answers of one round. Each change of a name is told once.</summary>
    /// <returns>Whether any address changed.</returns>
    public bool Update(IEnumerable<NameAnswer> answers, Action<NameChange> tell)
    {
        bool changed = false;
        foreach (NameAnswer answer in answers)
        {
            changed |= Update(answer, tell);
        }

        return changed;
    }

    private bool Update(NameAnswer answer, Action<NameChange> tell)
    {
        bool known = _addresses.TryGetValue(answer.Host, out ImmutableArray<IPAddress> last);
        if (answer.Addresses.IsEmpty)
        {
            if (_failing.Add(answer.Host))
            {
                tell(new NameChange(
                    answer.Host,
                    IsFailure: true,
                    known
                        ? $"{answer.Host} cannot be looked up ({answer.Error}); its last addresses stay: {Text(last)}"
                        : $"{answer.Host} cannot be looked up: {answer.Error}"));
            }

            return false;
        }

        bool recovered = _failing.Remove(answer.Host);
        // Resolvers rotate the order; only another set is a change.
        if (known && last.ToHashSet().SetEquals(answer.Addresses))
        {
            if (recovered)
            {
                tell(new NameChange(answer.Host, IsFailure: false, $"{answer.Host} is found again: {Text(last)}"));
            }

            return false;
        }

        _addresses[answer.Host] = answer.Addresses;
        if (known)
        {
            tell(new NameChange(
                answer.Host, IsFailure: false, $"{answer.Host} is now {Text(answer.Addresses)} (was {Text(last)})"));
        }

        return true;
    }

    private static string Text(ImmutableArray<IPAddress> addresses) => string.Join(", ", addresses);
}
