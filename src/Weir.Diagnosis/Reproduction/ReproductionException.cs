namespace Weir.Diagnosis;

/// <summary>A reproduction that cannot go on, with the sentence for whoever asked for it. Never thrown on the data plane.</summary>
public sealed class ReproductionException : Exception
{
    public ReproductionException(ReproductionOutcome outcome, string sentence)
        : base(sentence) => Outcome = outcome;

    public ReproductionOutcome Outcome { get; }
}
