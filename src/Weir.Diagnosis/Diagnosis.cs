using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Clients;
using Weir.Diagnosis.Findings;
using Weir.Diagnosis.Health;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Servers;

namespace Weir.Diagnosis;

/// <summary>
/// The diagnosis of one log: takes its requests once, in order, and tells at the end what is wrong. Owned by whoever reads
/// the log; used by one thread. Its memory is bounded, and the same log always gives the same report.
/// </summary>
public sealed class Diagnosis : ILoggedRequestConsumer, IDisposable
{
    private readonly DiagnosisOptions _options;
    private readonly RequestBook _book;
    private readonly HealthCheckBook _health = new();
    private readonly ClientConnectionBook _connections = new();
    private readonly ErrorOriginSample _origins = new();
    private long _withoutNode;

    public Diagnosis(DiagnosisOptions options)
    {
        _options = options;
        _book = new RequestBook(options.IdleTimeout);
    }

    public void Accept(in LoggedRequest request, RequestDetail? detail)
    {
        _book.Accept(request, detail);
        _origins.Accept(request, detail);
        _withoutNode += request.Node == LoggedRequest.NoName ? 1 : 0;
    }

    public void AcceptHealthCheck(in LoggedHealthCheck check) => _health.Accept(check);

    public void AcceptConnection(in LoggedConnection connection) => _connections.Accept(connection);

    /// <summary>What was found. No more requests after this.</summary>
    /// <param name="names">The names behind the requests' numbers.</param>
    /// <param name="counts">What became of the lines that were read.</param>
    /// <param name="each">Gets the verdict on every error, or null.</param>
    public DiagnosisReport Complete(LogNames names, LogCounts counts, IErrorVerdictConsumer? each = null)
    {
        // What the reading held is garbage now, and much: the collector would find that out only when judging has taken as much again.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        var advice = new CatalogAdvice(_options.Server is null ? null : ServerCatalog.Find(_options.Server));
        var others = new OtherSources(_health, _connections, _origins, _withoutNode, _options.TargetLog);
        return new ReportBuilder(_options, _book, names, advice, others).Build(counts, each);
    }

    public void Dispose() => _book.Dispose();
}
