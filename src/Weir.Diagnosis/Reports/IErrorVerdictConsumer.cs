namespace Weir.Diagnosis.Reports;

/// <summary>Takes the verdicts on all errors, in the order in which the log has them.</summary>
public interface IErrorVerdictConsumer
{
    void Accept(in ErrorVerdict verdict);
}
