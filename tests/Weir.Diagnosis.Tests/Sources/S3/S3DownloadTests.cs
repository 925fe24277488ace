using Amazon.Runtime;
using Amazon.S3;
using Weir.Diagnosis.Sources;
using Weir.Diagnosis.Sources.S3;
using Weir.Diagnosis.Tests.Aws;
using Weir.Tests.Aws;

namespace Weir.Diagnosis.Tests.Sources.S3;

[Collection(AwsCollection.Name)]
public sealed class S3DownloadTests
{
    private const string Key = "a.log";
    private const int SizeBytes = 3_000_000;

    private static readonly byte[] _content = MakeContent();

    private static byte[] MakeContent()
    {
        byte[] content = new byte[SizeBytes];
        new Random(7).NextBytes(content);
        return content;
    }

    private static FakeAws Store(Func<LocalRequest, LocalAnswer, LocalAnswer> distort)
    {
        var aws = new FakeAws();
        aws.Objects[Key] = _content;
        aws.Answer = request => distort(request, aws.ObjectAt(request));
        return aws;
    }

    private static async Task<byte[]> Download(FakeAws aws, int maxResumes = 8, TimeSpan? stall = null)
    {
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("k", "s"), new AmazonS3Config { ServiceURL = aws.Url, ForcePathStyle = true, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });
        var patience = new S3Patience(maxResumes, TimeSpan.FromMilliseconds(1), stall ?? TimeSpan.FromSeconds(15));
        var download = new S3Download(client, new S3Fetch(FakeAws.Bucket, Key, FakeAws.ETagOf(_content), SizeBytes), patience);
        await using var stream = new S3DownloadStream(download);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    [Fact]
    public async Task Download_WhoseConnectionDrops_GoesOnWhereItStood()
    {
        await using FakeAws aws = Store(static (_, answer) => answer with { HangsUpAfter = Math.Min(1_000_000, answer.Body.Length) });

        Assert.Equal(_content, await Download(aws));
        LocalRequest[] requests = [.. aws.Requests];
        Assert.Equal(["bytes=0-", "bytes=1000000-", "bytes=2000000-"], requests.Select(static request => request.Headers["Range"]));
        Assert.All(requests, static request => Assert.Equal(FakeAws.ETagOf(_content), request.Headers["If-Match"]));
    }

    [Fact]
    public async Task Download_FromAStoreWithoutRanges_SkipsWhatItHas()
    {
        await using FakeAws aws = Store(static (request, _) => new LocalAnswer(
            200, _content, request.Headers["Range"] == "bytes=0-" ? 1_000_000 : null)
        { Headers = { ["ETag"] = "\"no md5\"" } });
        Assert.Equal(_content, await Download(aws));
    }

    [Fact]
    public async Task Download_OfAnObjectThatChanges_IsGivenUp()
    {
        int requests = 0;
        await using FakeAws aws = Store((_, answer) => requests++ == 0
            ? answer with { HangsUpAfter = 1_000_000 }
            : FakeAws.Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412));
        SourceException problem = await Assert.ThrowsAsync<SourceException>(() => Download(aws));
        Assert.Equal("cannot read s3://logs/a.log: it was changed while it was read", problem.Message);
    }

    [Fact]
    public async Task Download_ThatDropsTooOften_IsGivenUpWithThePlace()
    {
        await using FakeAws aws = Store(static (_, answer) => answer with { HangsUpAfter = 10 });
        SourceException problem = await Assert.ThrowsAsync<SourceException>(() => Download(aws, maxResumes: 2));
        Assert.StartsWith("cannot read s3://logs/a.log: the connection dropped 3 times, the last time at byte 30 of 3000000: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_WithErrorsOfTheServer_IsTriedAgain()
    {
        int requests = 0;
        await using FakeAws aws = Store((_, answer) => requests++ < 2 ? FakeAws.Error("InternalError", "We encountered an internal error", 500) : answer);
        Assert.Equal(_content, await Download(aws));
    }

    [Fact]
    public async Task Download_ThatStalls_CountsAsDropped()
    {
        using var release = new ManualResetEventSlim();
        int requests = 0;
        await using FakeAws aws = Store((_, answer) =>
        {
            if (Interlocked.Increment(ref requests) == 1) release.Wait(TimeSpan.FromSeconds(15));
            return answer;
        });
        byte[] content = await Download(aws, stall: TimeSpan.FromMilliseconds(200));
        release.Set();
        Assert.Equal(_content, content);
    }
}
