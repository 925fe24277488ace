namespace Weir.Diagnosis.Probing;

/// <summary>An answer, or why there is none.</summary>
public readonly record struct AnswerOutcome(ProbeAnswer? Answer, AnswerFault Fault)
{
    public static implicit operator AnswerOutcome(ProbeAnswer answer) => new(answer, AnswerFault.None);

    public static implicit operator AnswerOutcome(AnswerFault fault) => new(null, fault);
}
