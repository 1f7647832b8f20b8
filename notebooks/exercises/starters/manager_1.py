def func1(dic_1, list_1, name):
    dic_1[name] = "test"
    list_1.append(name)


def fill(mp, names):
    """Let a child for each name write into a dict and a list.

    Return the dict, and the list with the names sorted, as plain objects.
    """
    with mp.Manager() as manager:
        d1 = manager.dict()
        l1 = manager.list()
        children = [mp.Process(target=func1, args=(d1, l1, name)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
    return d1, l1
