using System.Runtime.InteropServices;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// How the kinds of requests fare that met an error. Only those are counted, from their first error on: so their share of
/// errors is fair, and a log of a million URLs costs nothing. Owned by the book of requests.
/// </summary>
internal sealed class KeyTallies
{
    /// <summary>Kinds of requests followed; errors of others are not held against their URL.</summary>
    public const int MaxKeys = 50_000;

    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<KeyTally> _tallies = [];

    public KeyTally this[int key] => _tallies[key];

    public int Count => _tallies.Count;

    /// <summary>An answered request; the commonest case by far, and nearly always of a kind that nobody follows.</summary>
    public void Answered(ulong requestKey, int targetGroup, int milliseconds)
    {
        if (_places.Count > 0 && _places.TryGetValue(Mix(requestKey, targetGroup), out int place))
        {
            CollectionsMarshal.AsSpan(_tallies)[place].Answered(milliseconds);
        }
    }

    /// <summary>A cut request; gives the place of its tally, or -1.</summary>
    public int Cut(ulong requestKey, int targetGroup, int milliseconds)
    {
        ulong mixed = Mix(requestKey, targetGroup);
        bool isKnown = _places.TryGetValue(mixed, out int place);
        if (!isKnown)
        {
            if (_tallies.Count == MaxKeys)
            {
                return ErrorCase.None;
            }

            place = _tallies.Count;
            _places.Add(mixed, place);
            _tallies.Add(default);
        }

        ref KeyTally tally = ref CollectionsMarshal.AsSpan(_tallies)[place];
        tally.Requests += isKnown ? 1 : 0;
        tally.Cut(milliseconds);
        return place;
    }

    private static ulong Mix(ulong key, int group) => key ^ ((ulong)(uint)group * 0x9E3779B97F4A7C15);
}
