using System.Globalization;
using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>Every request that a client has begun, by its id, and what must not have happened.</summary>
internal sealed class RaceLedger(SimNetwork network)
{
    // A day gone wrong says the same thing over and over.
    private const int MaxViolations = 10;

    private readonly List<string> _violations = [];
    private readonly List<RaceRequest> _requests = [];
    private readonly Dictionary<ulong, RaceRequest> _byId = [];

    public IReadOnlyList<string> Violations => _violations;

    public IReadOnlyList<RaceRequest> Requests => _requests;

    public void Violated(string what)
    {
        if (_violations.Count < MaxViolations)
        {
            _violations.Add($"at {network.Elapsed}: {what}");
        }
    }

    public void Began(RaceRequest request)
    {
        _requests.Add(request);
        _byId.Add(request.Id, request);
    }

    public RaceRequest? Find(ReadOnlySpan<char> hexId) =>
        ulong.TryParse(hexId, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id) ? _byId.GetValueOrDefault(id) : null;
}
