using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>A forward action on one loop: its target groups and their weights. Source: ALB user guide, weighted target groups.</summary>
internal sealed class LoopForward(LoopTargetGroup[] groups, int[] weights)
{
    private readonly int _total = weights.Sum();

    /// <summary>A group by its share of the weights; null when there is no share to have.</summary>
    public LoopTargetGroup? ChooseGroup(LoopRandom random)
    {
        if (groups.Length == 1)
        {
            return weights[0] > 0 ? groups[0] : null;
        }

        if (_total == 0)
        {
            return null;
        }

        int point = random.Next(_total);
        int index = 0;
        while (point >= weights[index])
        {
            point -= weights[index++];
        }

        return groups[index];
    }
}
