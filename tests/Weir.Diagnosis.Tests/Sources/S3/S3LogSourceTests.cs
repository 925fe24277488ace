using System.Collections.Concurrent;
using System.Text;
using Weir.Diagnosis.Sources;
using Weir.Diagnosis.Tests.Aws;
using Weir.Tests.Aws;

namespace Weir.Diagnosis.Tests.Sources.S3;

[Collection(AwsCollection.Name)]
public sealed class S3LogSourceTests
{
    private const string Region = "alb/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string KeyOf(int day, string time, string node = "10.0.0.1") =>
        $"{Region}2026/11/{day:00}/123456789012_elasticloadbalancing_eu-west-1_app.shop.0123456789abcdef_202611{day:00}T{time}Z_{node}_abcdefgh.log.gz";

    private static string UriOf(string key) => $"s3://{FakeAws.Bucket}/{key}";

    private static Task<LogSourceSet> Open(FakeAws aws, string prefix, DateTimeOffset? from = null, DateTimeOffset? to = null) => LogSourceSet.OpenAsync(
        [UriOf(prefix)], new LogSourceOptions { From = from, To = to, Aws = AwsFixture.With(aws.Url) }, Cancellation);

    private static async Task<byte[]> BytesOf(LogObject item)
    {
        await using LogStream stream = await item.OpenAsync(Cancellation);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static async Task<string> ProblemOf(FakeAws aws, string prefix = "alb/")
    {
        using LogSourceSet set = await Open(aws, prefix);
        Assert.Empty(set.Objects);
        return Assert.Single(set.Problems).Sentence;
    }

    private static void Put(FakeAws aws, params string[] keys)
    {
        foreach (string key in keys) aws.Objects[key] = Encoding.UTF8.GetBytes($"{key}\n");
    }

    private static string[] Fetched(FakeAws aws) =>
        [.. aws.Requests.Where(static request => request.Query("list-type") is null).Select(static request => request.Path[$"/{FakeAws.Bucket}/".Length..])];

    [Fact]
    public async Task Prefix_WithManyKeys_IsListedPageByPageAndOrdered()
    {
        await using var aws = new FakeAws();
        string[] keys = [KeyOf(23, "2355"), KeyOf(24, "0000"), KeyOf(24, "0005"), KeyOf(24, "0000", "10.0.0.2"), KeyOf(24, "0005", "10.0.0.2")];
        Put(aws, keys);
        Put(aws, "alb/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/24/123456789012_CloudTrail_eu-west-1.json.gz", "other/x.log");
        using LogSourceSet set = await Open(aws, "alb/");

        Assert.Equal(keys.Select(UriOf), set.Objects.Select(static item => item.Name));
        Assert.Equal(["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"], set.Objects.Select(static item => item.NodeAddress));
        Assert.Equal(keys.Sum(static key => key.Length + 1), set.TotalBytes);
        foreach (LogObject item in set.Objects) Assert.Equal(UriOf(Encoding.UTF8.GetString(await BytesOf(item)).TrimEnd()), item.Name);
        Assert.All(aws.Requests, static request => Assert.Equal("AKIAKEYS", request.AccessKey));
    }

    [Theory]
    [InlineData(Region)]
    [InlineData("alb/")]
    [InlineData("alb/AWSLogs/123456789012/elasticloadbalancing")]
    public async Task Period_Given_ListsAndFetchesNoOtherDays(string prefix)
    {
        await using var aws = new FakeAws();
        foreach (int day in Enumerable.Range(1, 28)) Put(aws, KeyOf(day, "0200"), KeyOf(day, "1200"));
        DateTimeOffset from = new(2026, 11, 14, 11, 0, 0, TimeSpan.Zero);
        using LogSourceSet set = await Open(aws, prefix, from, from.AddHours(2));

        Assert.Equal([UriOf(KeyOf(14, "1200"))], set.Objects.Select(static item => item.Name));
        Assert.Equal(1, set.OutsidePeriod);
        await BytesOf(set.Objects[0]);
        Assert.Equal([KeyOf(14, "1200")], Fetched(aws));
        Assert.InRange(aws.Requests.Count(static request => request.Query("list-type") is not null && request.Query("delimiter") is null), 1, 2);
    }

    [Fact]
    public async Task Period_WithFilesOfNoNameInFoldersOfDays_GoesByTheFolders()
    {
        await using var aws = new FakeAws();
        Put(aws, "copy/2026/11/13/a.log", "copy/2026/11/14/b.log", "copy/c.log");
        DateTimeOffset from = new(2026, 11, 14, 11, 0, 0, TimeSpan.Zero);
        using LogSourceSet set = await Open(aws, "copy/", from, from.AddHours(2));
        Assert.Equal([UriOf("copy/2026/11/14/b.log"), UriOf("copy/c.log")], set.Objects.Select(static item => item.Name));
    }

    [Theory]
    [InlineData("x/a.log", "x/a.log")]
    [InlineData("x/", "x/a.log x/a.log.gz x/y/b.log")]
    [InlineData("x/*.log", "x/a.log")]
    [InlineData("x/**/*.log", "x/a.log x/y/b.log")]
    public async Task Location_AsWritten_MeansKeyPrefixOrPattern(string location, string expected)
    {
        await using var aws = new FakeAws();
        Put(aws, "x/", "x/a.log", "x/a.log.gz", "x/y/b.log");
        using LogSourceSet set = await Open(aws, location);
        Assert.Equal(expected.Split(' ').Select(UriOf), set.Objects.Select(static item => item.Name));
    }

    [Fact]
    public async Task Object_Empty_IsNotFetched()
    {
        await using var aws = new FakeAws();
        aws.Objects["x/empty.log"] = [];
        using LogSourceSet set = await Open(aws, "x/");
        Assert.Empty(await BytesOf(Assert.Single(set.Objects)));
        Assert.Empty(Fetched(aws));
    }

    [Fact]
    public async Task Object_Opened_BringsTheNextOnesAlong()
    {
        await using var aws = new FakeAws();
        Put(aws, [.. Enumerable.Range(0, 10).Select(static i => $"x/{i}.log")]);
        var asked = new ConcurrentDictionary<string, bool>();
        var all = new TaskCompletionSource();
        aws.Answer = request =>
        {
            if (request.Query("list-type") is null && asked.TryAdd(request.Path, true) && asked.Count == 4) all.SetResult();
            return null;
        };
        using LogSourceSet set = await Open(aws, "x/");
        await using LogStream stream = await set.Objects[0].OpenAsync(Cancellation);

        await all.Task.WaitAsync(TimeSpan.FromSeconds(15), Cancellation);
        Assert.Equal(["/logs/x/0.log", "/logs/x/1.log", "/logs/x/2.log", "/logs/x/3.log"], asked.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Objects_ReadSideBySide_AreEachWhole()
    {
        await using var aws = new FakeAws();
        for (int i = 0; i < 12; i++) aws.Objects[$"x/{i:00}.log"] = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"line of {i}\n", 200_000)));
        using LogSourceSet set = await Open(aws, "x/");
        // All held open before any is read, in the order that suits the read-ahead least.
        LogStream[] streams = [];
        foreach (LogObject item in set.Objects.Reverse()) streams = [await item.OpenAsync(Cancellation), .. streams];

        foreach ((LogStream stream, byte[] content) in streams.Zip(aws.Objects.Values))
        {
            using var bytes = new MemoryStream();
            await using (stream) stream.CopyTo(bytes);
            Assert.Equal(content, bytes.ToArray());
        }
    }

    [Fact]
    public async Task Bucket_Missing_IsSaidSo()
    {
        await using var aws = new FakeAws { Answer = static _ => FakeAws.Error("NoSuchBucket", "The specified bucket does not exist", 404) };
        Assert.Equal("cannot list s3://logs/alb/: there is no such bucket", await ProblemOf(aws));
    }

    [Fact]
    public async Task Listing_Denied_NamesThePermission()
    {
        await using var aws = new FakeAws { Answer = static _ => FakeAws.Error("AccessDenied", "Access Denied", 403) };
        Assert.Equal("cannot list s3://logs/alb/: access denied; the credentials need s3:ListBucket on the bucket (Access Denied)", await ProblemOf(aws));
    }

    [Theory]
    [InlineData("text/html", "<!DOCTYPE html><html><body>Sign in<br></body></html>")]
    [InlineData("application/json", "{\"status\":\"ok\"}")]
    public async Task Listing_ThatIsNotOfS3_IsSaidSo(string type, string body)
    {
        await using var aws = new FakeAws { Answer = _ => new LocalAnswer(200, Encoding.UTF8.GetBytes(body)) { Headers = { ["Content-Type"] = type } } };
        Assert.StartsWith("cannot list s3://logs/alb/: the answer is not AWS's: ", await ProblemOf(aws), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Object_Archived_SaysWhatToDo()
    {
        await using var aws = new FakeAws();
        Put(aws, "x/a.log");
        using LogSourceSet set = await Open(aws, "x/");
        aws.Answer = static _ => FakeAws.Error("InvalidObjectState", "The operation is not valid for the object's storage class", 403);
        SourceException problem = await Assert.ThrowsAsync<SourceException>(async () => await set.Objects[0].OpenAsync(Cancellation));
        Assert.Equal("cannot read s3://logs/x/a.log: it is archived; restore it from its storage class first", problem.Message);
    }

    [Fact]
    public async Task Prefix_WithoutKeys_IsSaidSo()
    {
        await using var aws = new FakeAws();
        Assert.Equal("nothing is at s3://logs/alb/: no key of the bucket begins so", await ProblemOf(aws));
    }

    [Fact]
    public async Task Object_Denied_SaysSoWhenItIsOpened()
    {
        await using var aws = new FakeAws();
        Put(aws, "x/a.log");
        using LogSourceSet set = await Open(aws, "x/");
        aws.Answer = static _ => FakeAws.Error("AccessDenied", "Access Denied", 403);
        SourceException problem = await Assert.ThrowsAsync<SourceException>(async () => await set.Objects[0].OpenAsync(Cancellation));
        Assert.StartsWith("cannot read s3://logs/x/a.log: access denied; the credentials need s3:GetObject on it", problem.Message, StringComparison.Ordinal);
    }
}
