using Amazon.S3;
using Amazon.S3.Model;

namespace Weir.Diagnosis.Sources.S3;

/// <summary>An object of a bucket. Fetched when it is opened, or a little before.</summary>
internal sealed class S3LogObject : LogObject
{
    private readonly IAmazonS3 _client;
    private readonly S3ReadAhead _readAhead;
    private readonly string _bucket;
    private readonly string _key;
    private readonly string? _etag;

    public S3LogObject(IAmazonS3 client, S3ReadAhead readAhead, S3Location location, S3Object item)
        : base(location.UriOf(item.Key), item.Key[(item.Key.LastIndexOf('/') + 1)..], item.Size ?? 0)
    {
        _client = client;
        _readAhead = readAhead;
        _bucket = location.Bucket;
        _key = item.Key;
        _etag = item.ETag;
    }

    public override async ValueTask<LogStream> OpenAsync(CancellationToken cancellation = default)
    {
        // A range of nothing cannot be asked for.
        if (SizeBytes == 0) return LogStream.Of(Name, Stream.Null);
        S3Download download = _readAhead.Take(this);
        try
        {
            await download.WaitAsync(cancellation);
            return LogStream.Of(Name, new S3DownloadStream(download));
        }
        catch
        {
            download.Dispose();
            throw;
        }
    }

    public S3Download Fetch() => new(_client, new S3Fetch(_bucket, _key, _etag, SizeBytes ?? 0), S3Patience.Default);
}
