using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// Puts every error of a log down to one cause, once the log is read. Made from a <see cref="RequestBook"/> that gets no
/// more requests; the same book always gives the same judgements.
/// </summary>
internal sealed class ErrorJudge
{
    /// <summary>Cut requests of a group that its model is fitted to: the first ones; more change nothing.</summary>
    public const int MaxSamples = 6_000;

    // What fails in TLS hangs there at times; as seldom, packets of such a target are lost.
    private const float HangingTls = 0.9f;

    private readonly RequestBook _book;
    private readonly IdleTimeout _idleTimeout;
    private readonly IncidentBook _incidents;
    private readonly Dictionary<int, CutModel> _models = [];
    private readonly ConnectionEvidence _connections;

    /// <param name="idleTimeout">As it was given, or as the log shows it.</param>
    public ErrorJudge(RequestBook book, LogNames names, IReadOnlyList<CloseTimeRange> known, IdleTimeout idleTimeout)
    {
        _book = book;
        _idleTimeout = idleTimeout;
        _incidents = new IncidentBook(book.Outages, book.FirstMicroseconds, book.LastMicroseconds, book.LastSentMicroseconds);
        _connections = new ConnectionEvidence(book, names);
        foreach ((int group, List<CutSample> samples) in SamplesByGroup())
        {
            var traffic = new GroupTraffic(book.Group(group));
            var evidence = new CutEvidence(traffic, book, known, idleTimeout, samples);
            _models.Add(group, CutModel.Fit(traffic, evidence, samples));
        }
    }

    /// <summary>The model of a group's cut requests, or null where it has none.</summary>
    public CutModel? Model(int targetGroup) => _models.GetValueOrDefault(targetGroup);

    public Incident? Incident(in ErrorCase error) => _incidents.Of(error);

    public Judgement Judge(in ErrorCase error, ushort[]? lags) => error.Shape switch
    {
        ErrorShape.Cut => JudgeCut(error, lags),
        ErrorShape.NotConnected => JudgeNotConnected(error),
        ErrorShape.Silent => JudgeSilent(error),
        _ => Named(error.Cause, error.Confidence, error.Other),
    };

    private static Judgement Named(Cause cause, float confidence, Cause other)
    {
        var chances = new CauseChances();
        chances[(int)other] = (1 - confidence) * 0.8;
        chances[(int)cause] = confidence;
        return new Judgement(cause, confidence, chances);
    }

    private Judgement JudgeSilent(in ErrorCase error)
    {
        LineVerdict line = LineRules.OfSilence(error, _idleTimeout.Seconds);
        return line.Cause == Cause.ConnectTimeout && _connections.FailsInTls(error.Target)
            ? Named(Cause.TlsFailure, HangingTls, Cause.ConnectTimeout)
            : Named(line.Cause, line.Confidence, line.Other);
    }

    private Judgement JudgeCut(in ErrorCase error, ushort[]? lags)
    {
        Span<double> chances = stackalloc double[CutCauses.Count];
        CutModel model = _models[error.TargetGroup];
        model.Judge(new CutSample(error, lags, _incidents.Of(error)), chances);
        Calibration.Apply(chances, Calibration.OddsOfCuts);
        if (model.Evidence.CommonLag is not { IsFound: true })
        {
            chances[CutCauses.Race] = Math.Min(chances[CutCauses.Race], model.IsLagMissing ? Calibration.MostWithMissingTime : Calibration.MostWithoutTime);
        }

        var byCause = new CauseChances();
        for (int i = 0; i < CutCauses.Count; i++)
        {
            byCause[(int)CutCauses.At(i)] = model.Evidence.IsTrafficSeen ? chances[i] : Math.Min(chances[i], Calibration.MostWithoutTraffic);
        }

        return Likeliest(byCause);
    }

    private Judgement JudgeNotConnected(in ErrorCase error)
    {
        Span<double> chances = stackalloc double[NotConnectedModel.Count];
        NotConnectedModel.Judge(_incidents.Of(error), _book.Target(error.Target), _connections.Of(error.Target), chances);
        Calibration.Apply(chances, Calibration.OddsWithoutConnection);
        var byCause = new CauseChances();
        for (int i = 0; i < NotConnectedModel.Count; i++)
        {
            byCause[(int)NotConnectedModel.CauseAt(i)] = chances[i];
        }

        return Likeliest(byCause);
    }

    private static Judgement Likeliest(in CauseChances chances)
    {
        int best = 0;
        for (int i = 1; i < CauseChances.Count; i++)
        {
            best = chances[i] > chances[best] ? i : best;
        }

        return new Judgement((Cause)best, chances[best], chances);
    }

    private Dictionary<int, List<CutSample>> SamplesByGroup()
    {
        var byGroup = new Dictionary<int, List<CutSample>>();
        foreach (ErrorChunk chunk in _book.Errors.Read())
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                ErrorCase error = chunk.Cases[i];
                if (error.Shape != ErrorShape.Cut)
                {
                    continue;
                }

                if (!byGroup.TryGetValue(error.TargetGroup, out List<CutSample>? samples))
                {
                    byGroup.Add(error.TargetGroup, samples = []);
                }

                if (samples.Count < MaxSamples)
                {
                    samples.Add(new CutSample(error, chunk.Lags[i], _incidents.Of(error)));
                }
            }
        }

        return byGroup;
    }
}
