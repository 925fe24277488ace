using System.Diagnostics;
using System.Net;
using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis;

/// <summary>HTTP/2 to a target that is measured, as the probe speaks it.</summary>
internal sealed class Http2MeasuredConnection : IMeasuredConnection
{
    private readonly ProbeConnection _connection;
    private readonly ProbeOptions _options;

    private Http2MeasuredConnection(ProbeConnection connection, ProbeOptions options)
    {
        _connection = connection;
        _options = options;
    }

    /// <summary>What prevents it is a <see cref="ReproductionException"/>.</summary>
    public static async Task<Http2MeasuredConnection> Connect(IPEndPoint target, bool isTls, string path, CancellationToken cancel)
    {
        var options = new ProbeOptions
        {
            Url = new ProbeUrl { IsTls = isTls, Host = target.Address.ToString(), Port = target.Port, Path = path },
            IsHttp2 = true,
            UserAgent = LaboratoryRequest.UserAgent,
        };
        try
        {
            // Without a name none is asked for, as by a balancer.
            ProbeConnection connection = await ProbeConnection.Open(target, isTls ? "" : null, isHttp2: true, TimeProvider.System, cancel);
            return new Http2MeasuredConnection(connection, options);
        }
        catch (ProbeException exception)
        {
            throw new ReproductionException(ReproductionOutcome.ServerDidNotStart, exception.Message);
        }
    }

    public async Task<LaboratoryAnswer> Ask(string method, bool asksForKeepAlive, CancellationToken cancel)
    {
        var request = new ProbeRequest(_options, method, LaboratoryRequest.BodyOf(method));
        AnswerOutcome outcome = await _connection.Ask(request, asksForKeepAlive, ProbeLimits.Answer, cancel);
        return outcome.Answer is { } answer
            ? new LaboratoryAnswer(answer.StatusCode, null, answer.MayBeReused, answer.CompletedTimestamp)
            : LaboratoryAnswer.None(Stopwatch.GetTimestamp()) with { Refusal = RefusalOf(outcome.Fault) };
    }

    private string? RefusalOf(AnswerFault fault) => (_connection.GoAway, fault) switch
    {
        ({ } goAway, _) => $"says GOAWAY ({goAway.Code})",
        (_, AnswerFault.Refused) => "says RST_STREAM (REFUSED_STREAM)",
        (_, AnswerFault.StreamReset) => "says RST_STREAM",
        // It has introduced itself, so that neither TLS nor another version is the matter.
        (_, AnswerFault.Ended) when _connection.Settings is not null => "ends the connection",
        (_, AnswerFault.Malformed) when _connection.Settings is not null => "sends what breaks the protocol",
        _ => null,
    };

    public async Task<MeasuredEnd?> WaitForEnd(TimeSpan limit, CancellationToken cancel)
    {
        Farewell farewell = await _connection.WaitForEnd(limit, cancel);
        RelayEnd end = farewell.End switch
        {
            ConnectionEnd.Fin => RelayEnd.Fin,
            ConnectionEnd.Rst => RelayEnd.Rst,
            _ => RelayEnd.None,
        };
        return end == RelayEnd.None && farewell.GoAway is null
            ? null
            : new MeasuredEnd(end, farewell.EndTimestamp, farewell.GoAway?.Code);
    }

    public async Task<bool> MeetsReset(TimeSpan limit, CancellationToken cancel) =>
        await _connection.SendLate(new ProbeRequest(_options).Plain, cancel) == LateByteAnswer.Reset;

    public void Dispose() => _connection.Dispose();
}
