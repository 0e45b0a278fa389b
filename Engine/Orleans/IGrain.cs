using Orleans.Runtime;

namespace Orleans
{
    /// <summary>Whatever can be called through a generated reference: a grain or an observer.</summary>
    public interface IGrain : IAddressable
    {
    }

    /// <summary>A grain named by a string. The only key kind the fog uses.</summary>
    public interface IGrainWithStringKey : IGrain
    {
    }

    /// <summary>An object outside any grain that grains call back through a reference made by
    /// <see cref="IGrainFactory.CreateObjectReference{T}"/>. The engine holds it weakly.</summary>
    public interface IGrainObserver : IAddressable
    {
    }
}

namespace Orleans.Runtime
{
    public interface IAddressable
    {
    }
}
