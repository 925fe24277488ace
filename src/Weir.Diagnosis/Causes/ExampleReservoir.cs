using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// The lines of some errors in full, spread over groups, shapes and time, so that each finding has a few to show. Owned by
/// the book of requests.
/// </summary>
internal sealed class ExampleReservoir
{
    /// <summary>Examples kept of one group and kind of line.</summary>
    public const int PerKind = 24;

    /// <summary>Groups and kinds that examples are kept of, some 700 bytes each; where there are so many, of the later ones fewer.</summary>
    public const int MaxKinds = 200;

    private const int FirstKinds = 40, PerLaterKind = 6;

    private readonly Dictionary<(int Group, short Status, ErrorShape Shape, Cause Cause), (List<Example> Kept, int Room, long Offered)> _kinds = [];

    public IEnumerable<Example> All => _kinds.Values.SelectMany(static kind => kind.Kept).OrderBy(static example => example.Request.CompletedMicroseconds);

    public void Offer(in ErrorCase error, in LoggedRequest request, RequestDetail? detail)
    {
        if (detail is null)
        {
            return;
        }

        var key = (error.TargetGroup, error.ElbStatus, error.Shape, error.Cause);
        if (!_kinds.TryGetValue(key, out (List<Example> Kept, int Room, long Offered) kind))
        {
            if (_kinds.Count == MaxKinds)
            {
                return;
            }

            kind = ([], _kinds.Count < FirstKinds ? PerKind : PerLaterKind, 0);
        }

        // Every later one has the same chance to be kept; by a fixed rule, so that a log always gives the same report.
        if (kind.Kept.Count < kind.Room)
        {
            kind.Kept.Add(new Example(request, detail, error.GapTicks));
        }
        else if (Mix(kind.Offered) % (ulong)(kind.Offered + 1) is var place && place < (ulong)kind.Room)
        {
            kind.Kept[(int)place] = new Example(request, detail, error.GapTicks);
        }

        _kinds[key] = kind with { Offered = kind.Offered + 1 };
    }

    private static ulong Mix(long value)
    {
        ulong mixed = (ulong)value * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
        return mixed ^ (mixed >> 32);
    }
}
