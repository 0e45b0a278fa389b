using System.Reflection;
using Fog.Engine.Hosting;
using Fog.Grains;

namespace Fog.Simulation.Tests.Planted;

/// <summary>The product's grain classes with one replaced.</summary>
internal static class GrainClasses
{
    private static readonly MethodInfo s_add = typeof(FogEngineOptions).GetMethod(nameof(FogEngineOptions.AddGrain))!;

    public static Action<FogEngineOptions> Replacing<TProduct, TPlanted>()
        where TProduct : Grain
        where TPlanted : Grain => engine =>
    {
        var classes = typeof(FogOptions).Assembly.GetTypes().Where(static type => type is { IsClass: true, IsAbstract: false } && typeof(Grain).IsAssignableFrom(type));
        foreach (var type in classes.Where(static type => type != typeof(TProduct)).Append(typeof(TPlanted)))
        {
            s_add.MakeGenericMethod(type).Invoke(engine, null);
        }
    };
}
