using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>Every n-th error for the chart of times; n doubles as there are more. Owned by the report's builder.</summary>
internal sealed class TimingSample
{
    private readonly List<TimingPoint> _points = [];
    private long _offered;
    private long _step = 1;

    public IReadOnlyList<TimingPoint> Points => _points;

    public void Offer(in ErrorCase error, Cause cause)
    {
        if (_offered++ % _step != 0)
        {
            return;
        }

        if (_points.Count == ReportLimits.ScatterPoints)
        {
            for (int i = 0; i < ReportLimits.ScatterPoints / 2; i++)
            {
                _points[i] = _points[2 * i];
            }

            _points.RemoveRange(ReportLimits.ScatterPoints / 2, ReportLimits.ScatterPoints / 2);
            _step *= 2;
        }

        _points.Add(new TimingPoint(ReportBuilder.TimeOf(error.CompletedMicroseconds), error.TookMilliseconds / 1000.0, cause));
    }
}
