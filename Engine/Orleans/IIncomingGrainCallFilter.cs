namespace Orleans;

/// <summary>A call on its way into a grain.</summary>
public interface IGrainCallContext
{
    object Grain { get; }

    /// <summary>Full name of the interface.</summary>
    string InterfaceName { get; }

    string MethodName { get; }

    Runtime.GrainId TargetId { get; }

    /// <summary>Goes on to the next filter, and after the last one to the method. Once only.</summary>
    Task Invoke();
}

public interface IIncomingGrainCallContext : IGrainCallContext
{
}

/// <summary>Stands around every call that a grain takes, in the grain's turn: it calls <see cref="IGrainCallContext.Invoke"/> and sees how that ends.</summary>
public interface IIncomingGrainCallFilter
{
    Task Invoke(IIncomingGrainCallContext context);
}
