namespace Weir.Diagnosis.Servers;

/// <summary>
/// The servers that people put behind a load balancer, and when they close connections. A table, immutable; its facts are
/// hypotheses for a diagnosis and never proofs. The parts hold the rows by language.
/// </summary>
public static partial class ServerCatalog
{
    // How far a time found in a log may lie from a default: milliseconds of rounding, the way, a tick of a timer.
    private const double ToleranceSeconds = 0.3;

    // More names than this are no help to anyone.
    private const int MaxMatches = 8;

    /// <summary>All of them: first those that users name most.</summary>
    public static IReadOnlyList<ServerProfile> All { get; } =
        [.. JavaScriptServers(), .. PythonServers(), .. JavaServers(), .. OtherServers(), .. Proxies(), .. Frameworks()];

    private static readonly Dictionary<string, ServerProfile> _byName = Index();

    /// <summary>Every name that <see cref="Find"/> knows, in order.</summary>
    public static IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    /// <summary>The server with this name, in any case, or null.</summary>
    public static ServerProfile? Find(string name) => _byName.GetValueOrDefault(name.Trim());

    // Closes that lie closer together than in so few of a hundred servers with such a spread are not of one with it.
    private const double LeastChance = 0.01;

    /// <summary>The servers that, as they come, close idle connections in this range of seconds; the nearest first.</summary>
    /// <param name="lowSeconds">The earliest close seen.</param>
    /// <param name="highSeconds">The latest.</param>
    /// <param name="closes">How many were seen: several of a server that looks from time to time are spread over that time.</param>
    public static IReadOnlyList<ServerMatch> ClosesAt(double lowSeconds, double highSeconds, int closes = 1)
    {
        var center = (lowSeconds + highSeconds) / 2;
        var fitting =
            from server in All
            where server.TimerOf is null
            from entry in server.Defaults
            where entry.Behavior == IdleBehavior.Closes
                && entry.ClosesFromSeconds <= highSeconds + ToleranceSeconds
                && entry.ClosesToSeconds >= lowSeconds - ToleranceSeconds
                && ChanceOfWidth(highSeconds - lowSeconds, entry.PollSeconds, closes) >= LeastChance
            let distance = Math.Abs(((entry.ClosesFromSeconds + entry.ClosesToSeconds) / 2) - center)
            // Of those that are as near, the ones that users name most: the order of the rows.
            orderby Math.Round(distance, 1), entry.Mark == SourceMark.FromMemory
            select new ServerMatch(server, entry);
        return [.. fitting.Take(MaxMatches)];
    }

    /// <summary>The servers that, as they come, take a number of requests in this range on one connection.</summary>
    public static IReadOnlyList<ServerProfile> LimitedTo(int lowRequests, int highRequests) =>
        [.. All.Where(server => server.RequestLimit is { } limit && limit.Requests >= lowRequests && limit.Requests <= highRequests)];

    // That so many points of a range, any of which is as likely, lie within a width: the distribution of their sample range.
    private static double ChanceOfWidth(double width, double spread, int points)
    {
        double share = width >= spread ? 1 : width / spread;
        return (points * Math.Pow(share, points - 1)) - ((points - 1) * Math.Pow(share, points));
    }

    private static Dictionary<string, ServerProfile> Index()
    {
        var index = new Dictionary<string, ServerProfile>(StringComparer.OrdinalIgnoreCase);
        foreach (var server in All)
        {
            index.Add(server.Name, server);
            foreach (var alias in server.Aliases)
            {
                index.Add(alias, server);
            }
        }

        return index;
    }

    private static IdleDefault Closes(double seconds, SourceMark mark, string source, string versions = "") =>
        new() { Behavior = IdleBehavior.Closes, Seconds = seconds, Mark = mark, Source = source, Versions = versions };

    private static IdleDefault Keeps(SourceMark mark, string source, string versions = "") =>
        new() { Behavior = IdleBehavior.NeverCloses, Mark = mark, Source = source, Versions = versions };

    private static IdleDefault ClosesEach(SourceMark mark, string source, string versions = "") =>
        new() { Behavior = IdleBehavior.ClosesAfterEachAnswer, Mark = mark, Source = source, Versions = versions };

    private static IdleDefault Elsewhere(SourceMark mark, string source) =>
        new() { Behavior = IdleBehavior.SetElsewhere, Mark = mark, Source = source };
}
