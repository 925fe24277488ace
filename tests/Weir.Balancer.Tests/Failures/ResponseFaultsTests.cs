using System.Text;
using Weir.Http;
using Weir.Http.Http2.Messages;

namespace Weir.Balancer.Tests;

/// <summary>Every fault of an answer has a name of its own and words of its own, and each thing that a codec finds wrong is one.</summary>
public sealed class ResponseFaultsTests
{
    private static readonly ResponseFault[] _all = [.. Enum.GetValues<ResponseFault>().Where(static fault => fault != ResponseFault.None)];

    [Fact]
    public void Faults_HaveNamesAndWordsOfTheirOwn()
    {
        string?[] words = [.. _all.Select(ResponseFaults.WordsOf)];
        Assert.All(words, static text => Assert.Matches("^[a-z][ -~]+[^.]$", text));
        Assert.Equal(_all.Length, words.Distinct().Count());
        Assert.Null(ResponseFaults.WordsOf(ResponseFault.None));
    }

    [Fact]
    public void Refusals_AreEachAFault() => AssertEach(Enum.GetValues<ResponseRefusal>(), ResponseFaults.Of);

    [Fact]
    public void FaultsOfChunks_AreEachAFault() => AssertEach(Enum.GetValues<ChunkedFault>(), ResponseFaults.Of);

    // What answers cannot have is of requests alone.
    [Fact]
    public void FaultsOfMessages_AreEachAFault() => AssertEach(
        [.. Enum.GetValues<MessageFault>().Except(
            [MessageFault.PseudoHeaderWithConnect, MessageFault.InvalidMethod, MessageFault.InvalidScheme, MessageFault.InvalidPath, MessageFault.InvalidAuthority, MessageFault.HostDiffers])],
        ResponseFaults.Of);

    [Fact]
    public void Document_ListsEach()
    {
        string document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "explain-log.md"));
        string list = document[document.IndexOf("## Faults of answers", StringComparison.Ordinal)..document.IndexOf("## What a verdict claims", StringComparison.Ordinal)];
        Assert.All(_all, fault => Assert.Contains($"`{Encoding.ASCII.GetString(ResponseFaults.NameOf(fault))}`", list, StringComparison.Ordinal));
    }

    private static void AssertEach<T>(T[] found, Func<T, ResponseFault> of)
        where T : struct, Enum
    {
        ResponseFault[] faults = [.. found.Select(of)];
        Assert.Equal(ResponseFault.None, of(default));
        Assert.Single(faults, ResponseFault.None);
        Assert.Equal(faults.Length, faults.Distinct().Count());
    }
}
