using Amazon.S3;
using Amazon.S3.Model;
using Weir.Diagnosis.Aws;

namespace Weir.Diagnosis.Sources.S3;

/// <summary>
/// Finds the log objects of buckets. Owned by one <see cref="LogSourceSet"/>, for as long as its streams are read: it holds
/// the client, which is made when the first location is added, so that nobody without S3 waits for credentials.
/// </summary>
internal sealed class S3LogSource(AwsOptions options, LogPeriodFilter period) : IDisposable
{
    private readonly S3ReadAhead _readAhead = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<S3LogObject> _found = [];
    private readonly List<DateTimeOffset?> _outsidePeriod = [];
    private AmazonS3Client? _client;

    public IReadOnlyList<S3LogObject> Found => _found;

    /// <summary>Objects left out for their names or folders, by the ends of their intervals; null for one whose name has none.</summary>
    public IReadOnlyList<DateTimeOffset?> OutsidePeriod => _outsidePeriod;

    /// <summary>Adds what a URI stands for. Returns what is wrong with it, or null.</summary>
    public async Task<string?> AddAsync(string uri, CancellationToken cancellation)
    {
        if (S3Location.Parse(uri) is not { } location) return $"{uri} names no bucket: write s3://bucket/prefix";
        try
        {
            _client ??= (await AwsAccess.ResolveAsync(options, AwsService.S3, cancellation)).MakeS3Client();
            List<S3Object> objects = OnlyLogs(await ListAsync(location, cancellation), location);
            foreach (S3Object item in objects) Add(location, item);
            return objects.Count > 0 ? null : NothingAt(uri);
        }
        catch (SourceException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (AwsProblem.Explain(exception, $"list {uri}", "s3:ListBucket on the bucket") is { } problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Lets what is opened start fetching what comes after it in this order.</summary>
    public void ReadAheadIn(IReadOnlyList<LogObject> order) => _readAhead.Follow([.. order.OfType<S3LogObject>()]);

    public void Dispose()
    {
        _readAhead.Dispose();
        _client?.Dispose();
    }

    private string NothingAt(string uri) => period.IsOpen
        ? $"nothing is at {uri}: no key of the bucket begins so"
        : $"nothing of the period asked for is at {uri}: no key of the bucket begins so, or none is in the folder of such a day";

    private void Add(S3Location location, S3Object item)
    {
        var found = new S3LogObject(_client!, _readAhead, location, item);
        bool isOfPeriod = found.IntervalEnd is { } end ? period.Admits(end) : S3DayFolder.DayOf(item.Key) is not { } day || period.Admits(day);
        if (!isOfPeriod) _outsidePeriod.Add(found.IntervalEnd);
        else if (_seen.Add(found.Name)) _found.Add(found);
    }

    // A key that is the whole prefix is meant, and not what else begins so. Where load balancers write, other services of AWS
    // do too; where no name is a load balancer's, somebody has renamed the logs.
    private static List<S3Object> OnlyLogs(List<S3Object> objects, S3Location location)
    {
        List<S3Object> files = objects.FindAll(item => !item.Key.EndsWith('/') && location.Pattern?.Matches(item.Key) is not false);
        if (location.Pattern is null && files.FindAll(item => item.Key == location.Prefix) is { Count: > 0 } exact) return exact;
        List<S3Object> named = files.FindAll(static item => LogObjectName.Parse(FileNameOf(item.Key)).Kind != LogObjectKind.Unknown);
        return named.Count > 0 ? named : files;
    }

    private static string FileNameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    private async Task<List<S3Object>> ListAsync(S3Location location, CancellationToken cancellation)
    {
        var objects = new List<S3Object>();
        foreach (S3Listing listing in await new S3ListingPlan(_client!, location.Bucket, period).OfAsync(location.Prefix, cancellation))
        {
            var request = new ListObjectsV2Request
            {
                BucketName = location.Bucket,
                Prefix = listing.Prefix,
                StartAfter = listing.After,
                MaxKeys = SourceLimits.KeysPerListing,
            };
            ListObjectsV2Response page;
            do
            {
                page = await _client!.ListObjectsV2Async(request, cancellation);
                // Null, not empty, when there are none.
                List<S3Object> found = page.S3Objects ?? [];
                objects.AddRange(found.Where(item => !listing.IsBehind(item.Key)));
                request.ContinuationToken = page.NextContinuationToken;
                if (found.Count > 0 && listing.IsBehind(found[^1].Key)) break;
            }
            while (page.IsTruncated == true);
        }

        return objects;
    }
}
