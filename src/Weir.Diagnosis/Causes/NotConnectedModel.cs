namespace Weir.Diagnosis.Causes;

/// <summary>Why no connection to a target came about, of those that failed at once: a restart, a target that refuses, or TLS. Pure.</summary>
internal static class NotConnectedModel
{
    public const int Restart = 0, Refused = 1, Tls = 2, Unknown = 3;

    public const int Count = 4;

    // How long a refusal takes, one round trip, and a failed handshake, at least two and some arithmetic; by class of TimeClasses.
    private static readonly double[] _refusal = [0.42, 0.3, 0.14, 0.07, 0.03, 0.015, 0.01, 0.005];
    private static readonly double[] _handshake = [0.03, 0.08, 0.17, 0.22, 0.2, 0.13, 0.08, 0.04];
    private const double Tail = 0.002;

    // A target that answers as ever around an error was not away.
    private const double AliveSeconds = 0.3;

    public static Cause CauseAt(int index) => index switch
    {
        Restart => Cause.TargetRestart,
        Refused => Cause.ConnectRefused,
        Tls => Cause.TlsFailure,
        _ => Cause.Unknown,
    };

    /// <summary>The chance of each; they add up to 1.</summary>
    public static void Judge(in ErrorCase error, Incident? incident, double requestsPerSecond, Span<double> chances)
    {
        int timeClass = TimeClasses.Of(error.TookMilliseconds);
        double refusal = Math.Log(timeClass < _refusal.Length ? _refusal[timeClass] : Tail);
        double handshake = Math.Log(timeClass < _handshake.Length ? _handshake[timeClass] : Tail);
        chances[Restart] = refusal;
        chances[Refused] = refusal - 0.7;
        chances[Tls] = handshake - 1.2;
        chances[Unknown] = -7;
        if (incident is not null)
        {
            AddIncident(incident, requestsPerSecond, chances);
        }

        double sum = 0;
        double greatest = Math.Max(Math.Max(chances[0], chances[1]), Math.Max(chances[2], chances[3]));
        for (int i = 0; i < Count; i++)
        {
            chances[i] = Math.Exp(chances[i] - greatest);
            sum += chances[i];
        }

        for (int i = 0; i < Count; i++)
        {
            chances[i] /= sum;
        }
    }

    private static void AddIncident(Incident incident, double requestsPerSecond, Span<double> chances)
    {
        bool isAlive = incident.DarkSeconds < AliveSeconds || (incident.DarkSeconds * requestsPerSecond < 2 && incident.Survivors > 0);
        bool isShort = incident.DownSeconds <= IncidentBook.RestartSeconds;
        bool isEndless = double.IsInfinity(incident.DownSeconds);
        chances[Restart] += incident.Rolling
            + (isAlive ? -3 : 0)
            + (incident.Survivors > 0 ? -1 : 0)
            + (incident.Cut > 0 ? 1.5 : 0)
            + Ended(incident, isShort, isEndless);
        chances[Refused] += (isShort && !isAlive ? -1.5 : 0.5) + (incident.Cut > 0 ? -1 : 0);
        chances[Tls] += (isAlive ? 1 : -0.5) + (incident.Cut > 0 ? -2 : 0) + (incident.HasAnswerBefore ? 0 : 0.5);
    }

    private static double Ended(Incident incident, bool isShort, bool isEndless)
    {
        if (isShort)
        {
            return 0;
        }

        bool isSpanShort = incident.SpanSeconds <= IncidentBook.RestartSeconds;
        return !isSpanShort ? -4 : isEndless && incident.ToLogEndSeconds < IncidentBook.RestartSeconds ? -0.5 : -1.5;
    }
}
