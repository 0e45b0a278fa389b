Console.Error.WriteLine("fog: no verbs yet");
