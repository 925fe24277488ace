using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;

namespace Weir.Http.Tests;

/// <summary>
/// The files <c>tests/wire/requests/smuggle-*</c>: known ways to make two hops see different requests.
/// </summary>
public sealed class SmugglingCorpusTests
{
    public static TheoryData<string> Files =>
    [
        .. Corpus.Files("requests")
            .Select(file => Path.GetFileName(file)!)
            .Where(name => name.StartsWith("smuggle-", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void SmugglingAttempt_OfTheCorpus_IsNeverACompliantPairOfRequests(string name)
    {
        byte[] input = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "wire", "requests", name));
        RequestConversation conversation = new();

        conversation.Feed(input);

        Assert.Null(conversation.Fault);
        string first = conversation.Log.Split('\n')[0];
        bool suspect = first.Contains("Severe", StringComparison.Ordinal)
            || first.Contains("Ambiguous", StringComparison.Ordinal)
            || first.Contains("Acceptable", StringComparison.Ordinal)
            || first.StartsWith("Refused", StringComparison.Ordinal);
        bool badBody = Enum.GetNames<ChunkedFault>().Skip(1).Any(
            fault => conversation.Log.Contains(fault, StringComparison.Ordinal));
        Assert.True(suspect || badBody, conversation.Log);
    }

    // A trailer is no header field: what it says of the framing neither moves the body's end nor reaches the next hop.
    // Source: RFC 9110 §6.5.1.
    [Fact]
    public void ContentLength_AmongTrailers_IsIgnored()
    {
        RequestConversation conversation = new();

        conversation.Feed(File.ReadAllBytes(
            Path.Combine(AppContext.BaseDirectory, "wire", "requests", "post-chunked-forbidden-trailer.http")));

        Assert.Null(conversation.Fault);
        Assert.Contains("trailers body 0:", conversation.Log, StringComparison.Ordinal);
        Assert.Contains("left=5", conversation.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Corpus_InEachFolder_IsThere()
    {
        Assert.True(Corpus.Files("requests").Count > 50);
        Assert.True(Corpus.Files("responses").Count > 25);
        Assert.True(Corpus.Files("chunked").Count > 10);
        Assert.True(Corpus.Files("frames").Count > 15);
        Assert.True(Corpus.Files("hpack").Count > 8);
    }
}
