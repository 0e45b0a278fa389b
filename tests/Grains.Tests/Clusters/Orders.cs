using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Clusters;

/// <summary>Orders given to a cluster directly, past dispatcher and invocation.</summary>
internal static class Orders
{
    public static async Task<VoteOrder> Of(TestSite site, string key, int replicas)
    {
        var function = new FunctionId(TestSite.Tenant, "square");
        var prepared = await site.Host.GrainFactory.GetGrain<IFunctionGrain>(function.ToString()).Prepare("[6]", null, TestSite.Name);
        return new(
            new(TestSite.Tenant, key), function, replicas, prepared.Image, prepared.ImageBytes, prepared.Limits, site.Now.AddMinutes(10), prepared.Arguments);
    }

    /// <summary>Nodes whose mailbox holds the order's task.</summary>
    public static async Task<List<NodeId>> Seated(TestSite site, VoteOrder order)
    {
        await site.Settle();
        List<NodeId> seated = [];
        foreach (var device in site.Devices)
        {
            if ((await device.Grain.Describe()).MailCount > 0)
            {
                seated.Add(device.Id);
            }
        }

        Assert.Equal(order.Replicas, seated.Count);
        return seated;
    }
}
