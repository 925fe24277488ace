namespace Weir.Diagnosis.Causes;

/// <summary>Why no connection to a target came about, of those that failed at once: a restart, a target that refuses, or TLS. Pure.</summary>
internal static class NotConnectedModel
{
    public const int Restart = 0, Refused = 1, Tls = 2, Unknown = 3;

    public const int Count = 4;

    // Beforehand, beside a restart: refusals, and of targets with TLS handshakes that fail.
    private const double RefusedNats = -0.7, HandshakeNats = 0.9;

    // So many refusals of one target apart from each other, and so often, are no deployments.
    private const int ManyIncidents = 4;
    private const double OftenPerHour = 0.3;

    // A target that answers as ever around an error was not away.
    private const double AliveSeconds = 0.3;

    // So many requests that a target did not get, and it was kept out of use: nobody saw it come back, and the errors were over.
    private const double MissedRequests = 10;

    public static Cause CauseAt(int index) => index switch
    {
        Restart => Cause.TargetRestart,
        Refused => Cause.ConnectRefused,
        Tls => Cause.TlsFailure,
        _ => Cause.Unknown,
    };

    /// <summary>The chance of each; they add up to 1.</summary>
    /// <param name="times">As <see cref="ConnectionEvidence"/> weighs them.</param>
    public static void Judge(Incident? incident, TargetState target, (double Refusal, double Handshake) times, Span<double> chances)
    {
        chances[Restart] = times.Refusal;
        chances[Refused] = times.Refusal + RefusedNats;
        chances[Tls] = times.Handshake + HandshakeNats;
        chances[Unknown] = Math.Max(times.Refusal, times.Handshake) - 7;
        if (incident is not null)
        {
            AddIncident(incident, target.RequestsPerSecond, chances);
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
        bool isEndless = double.IsInfinity(incident.DownSeconds);
        bool wasTakenOut = !isEndless && incident.IsLarge && incident.QuietSeconds * requestsPerSecond >= MissedRequests;
        bool isShort = (wasTakenOut ? incident.SpanSeconds : incident.DownSeconds) <= IncidentBook.RestartSeconds;
        chances[Restart] += incident.Rolling
            + (isAlive ? -3 : 0)
            + (incident.Survivors > 0 ? -1 : 0)
            + (incident.Cut > 0 ? 1.5 : 0)
            + (incident.OfSameTarget >= ManyIncidents && incident.OfSameTargetPerHour > OftenPerHour ? -Math.Min(incident.OfSameTarget / 4.0, 4) : 0)
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
        return !isSpanShort ? -4 : isEndless && incident.ToLogEndSeconds < IncidentBook.RestartSeconds ? incident.EndsAsOthers - 0.5 : -1.5;
    }
}
