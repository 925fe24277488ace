using Weir.AccessLogs.Reading;

namespace Weir.Diagnosis.Logs;

/// <summary>Makes the strings of the few lines that are kept. Owned by one parser.</summary>
internal sealed class RequestDetailReader
{
    private readonly TextCache _texts = new();

    public RequestDetail Read(in AccessLogFields line, string file, long lineNumber)
    {
        var request = line.Request;
        return new RequestDetail
        {
            Type = _texts.Text(line.Fields.Text(1)),
            ClientAddress = TextCache.Single(line.ClientAddress),
            Method = _texts.Text(request.Method),
            Url = TextCache.Single(request.Url),
            UserAgent = _texts.Text(line.Fields.Text(14)),
            TraceId = TextCache.SingleOrNull(line.Fields.Value(18)),
            Actions = _texts.TextOrNull(line.Fields.Value(23)),
            ErrorReason = _texts.TextOrNull(line.Fields.Value(25)),
            Classification = _texts.TextOrNull(line.Fields.Value(28)),
            ClassificationReason = _texts.TextOrNull(line.Fields.Value(29)),
            ConnectionTraceId = TextCache.SingleOrNull(line.Fields.Value(30)),
            File = file,
            LineNumber = lineNumber,
        };
    }
}
