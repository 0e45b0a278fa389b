using Fog.Grains.Hosts;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Fog.Silo.Host;

/// <summary>The grain of a fog host runs on the silo of its name, whose cores it offers; on another one only while that silo is away, so that its calls still end.</summary>
internal sealed class HostPlacement : PlacementStrategy
{
    public static void Add(ISiloBuilder silo)
    {
        silo.AddPlacementDirector<HostPlacement, Director>();
        silo.Services.AddSingleton<IGrainPropertiesProvider, Properties>();
    }

    private sealed class Director(IClusterMembershipService membership) : IPlacementDirector
    {
        public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
        {
            // Its own silo runs it for sure; a silo that joined just now may be missing among the compatible ones.
            string host = target.GrainIdentity.Key.ToString()!;
            var own = membership.CurrentSnapshot.Members.Values.FirstOrDefault(member => member.Status == SiloStatus.Active && member.Name == host);
            if (own is not null)
            {
                return Task.FromResult(own.SiloAddress);
            }

            var others = context.GetCompatibleSilos(target);
            return Task.FromResult(others[Random.Shared.Next(others.Length)]);
        }
    }

    /// <summary>In place of an attribute on the grain, which knows nothing of silos.</summary>
    private sealed class Properties : IGrainPropertiesProvider
    {
        public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
        {
            if (grainClass == typeof(HostGrain))
            {
                properties[WellKnownGrainTypeProperties.PlacementStrategy] = nameof(HostPlacement);
            }
        }
    }
}
