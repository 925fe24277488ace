using Weir.Http.Http2;

namespace Weir.Balancer.Tests;

/// <summary>What has come on one stream.</summary>
internal sealed class Http2Answer
{
    /// <summary>Field blocks in their order, interim ones and trailers too: <c>name: value</c> and a line end each.</summary>
    public List<string> Blocks { get; } = [];

    /// <summary>The first block that is not interim.</summary>
    public string Head => Blocks.First(static block => !block.StartsWith(":status: 1", StringComparison.Ordinal));

    public string Body { get; set; } = "";

    /// <summary>Lengths of the DATA frames.</summary>
    public List<int> Pieces { get; } = [];

    /// <summary>END_STREAM has come.</summary>
    public bool IsEnded { get; set; }

    public Http2ErrorCode? Reset { get; set; }

    /// <summary>The frame header bytes included.</summary>
    public int Bytes { get; set; }

    public string Status => Field(":status");

    public string Field(string name) =>
        Head.Split('\n').Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
}
