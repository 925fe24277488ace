namespace Weir.Fuzz.Engine;

/// <summary>Something to be fuzzed, with the rule that every input must keep.</summary>
internal interface IFuzzTarget
{
    /// <summary>The folder of its corpus under tests/wire.</summary>
    string CorpusFolder { get; }

    /// <summary>What is wrong, in words, or null. Must give the same answer for the same input.</summary>
    string? Check(byte[] input);
}
