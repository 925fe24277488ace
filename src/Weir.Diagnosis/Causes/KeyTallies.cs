using System.Runtime.InteropServices;
using Weir.AccessLogs.Reading;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// How the kinds of requests fare that met an error, and their families. Only those are counted, from their first error on: so their
/// share of errors is fair, and a log of a million URLs costs nothing. Owned by the book of requests.
/// </summary>
internal sealed class KeyTallies
{
    /// <summary>Kinds of requests followed; errors of others are not held against their URL.</summary>
    public const int MaxKeys = 50_000;

    private readonly Dictionary<ulong, int> _places = [], _familyPlaces = [];
    private readonly List<KeyTally> _tallies = [];
    private readonly List<KeyFamily> _families = [];

    // Of each kind, the place of its family.
    private readonly List<int> _familyOf = [];

    /// <summary>The tally that an error of this kind is held against, once the log is read: its kind's, or the family's where that has many names.</summary>
    public KeyTally this[int key] => FamilyOf(key) is { IsOfManyNames: true } family ? family.Tally : _tallies[key];

    public int Count => _tallies.Count;

    /// <summary>The kind that an error is of, or its family where that has many names: a number that is the same for what is counted as one.</summary>
    public int KindOf(int key) => FamilyOf(key).IsOfManyNames ? _tallies.Count + _familyOf[key] : key;

    /// <summary>An answered request; the commonest case by far, and nearly always of a family that nobody follows.</summary>
    public void Answered(ulong requestKey, int targetGroup, int milliseconds)
    {
        if (_familyPlaces.Count == 0 || !_familyPlaces.TryGetValue(FamilyKey(requestKey, targetGroup), out int familyPlace))
        {
            return;
        }

        ref KeyFamily family = ref CollectionsMarshal.AsSpan(_families)[familyPlace];
        family.Tally.Answered(milliseconds);
        if (_places.TryGetValue(Mix(requestKey, targetGroup), out int place))
        {
            CollectionsMarshal.AsSpan(_tallies)[place].Answered(milliseconds);
            family.Repeats++;
        }
    }

    /// <summary>A cut request; gives the place of its tally, or -1.</summary>
    public int Cut(ulong requestKey, GroupState group, int milliseconds)
    {
        ulong mixed = Mix(requestKey, group.TargetGroup);
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
            _familyOf.Add(FamilyPlace(FamilyKey(requestKey, group.TargetGroup)));
        }

        AddCut(ref CollectionsMarshal.AsSpan(_tallies)[place], group, milliseconds);
        ref KeyFamily family = ref CollectionsMarshal.AsSpan(_families)[_familyOf[place]];
        AddCut(ref family.Tally, group, milliseconds);
        family.Kinds += isKnown ? 0 : 1;
        family.Repeats += isKnown ? 1 : 0;
        return place;
    }

    // The first error is what a tally begins with, and no request of it.
    private static void AddCut(ref KeyTally tally, GroupState group, int milliseconds)
    {
        if (tally.Cuts == 0)
        {
            tally.GroupRequestsBefore = group.Answered + group.Cuts;
            tally.GroupCutsBefore = (int)Math.Min(group.Cuts, int.MaxValue);
        }
        else
        {
            tally.Requests++;
        }

        tally.Cut(milliseconds);
    }

    private KeyFamily FamilyOf(int key) => _families[_familyOf[key]];

    private int FamilyPlace(ulong key)
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(_familyPlaces, key, out bool isKnown);
        if (!isKnown)
        {
            place = _families.Count;
            _families.Add(default);
        }

        return place;
    }

    private static ulong FamilyKey(ulong key, int group) => ((ulong)RequestKind.FamilyOf(key) << 32) | (uint)group;

    private static ulong Mix(ulong key, int group) => key ^ ((ulong)(uint)group * 0x9E3779B97F4A7C15);
}
