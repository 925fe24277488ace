namespace Weir.Diagnosis.Causes;

/// <summary>Why no connection to a target came about, of those that failed at once: a restart, a target that refuses, or TLS. Pure.</summary>
internal static class NotConnectedModel
{
    public const int Restart = 0, Refused = 1, Tls = 2, Unknown = 3;

    public const int Count = 4;

    // Targets that are spoken TLS to nearly always listen on 443 or something like it, and others hardly ever do.
    private const double TlsPortNats = 2, OtherPortNats = 2.5;

    // So many refusals of one target apart from each other, and so often, are no deployments.
    private const int ManyIncidents = 4;
    private const double OftenPerHour = 0.3;

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
    /// <param name="fastestMilliseconds">The shortest answer of the target, or of its group; null where there was none.</param>
    public static void Judge(Incident? incident, TargetState target, int? fastestMilliseconds, int port, Span<double> chances)
    {
        int[] times = target.NotConnected ?? [];
        double refusal = ConnectTimes.RefusalNats(times, fastestMilliseconds);
        double handshake = ConnectTimes.HandshakeNats(times, fastestMilliseconds);
        chances[Restart] = refusal;
        chances[Refused] = refusal - 0.7;
        chances[Tls] = handshake - 1.2 + (port % 1000 == 443 ? TlsPortNats : -OtherPortNats);
        chances[Unknown] = Math.Max(refusal, handshake) - 7;
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
        bool isShort = incident.DownSeconds <= IncidentBook.RestartSeconds;
        bool isEndless = double.IsInfinity(incident.DownSeconds);
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
        return !isSpanShort ? -4 : isEndless && incident.ToLogEndSeconds < IncidentBook.RestartSeconds ? -0.5 : -1.5;
    }
}
